"""A conversation that is given to another team leaves one browser and enters another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

TWO_TEAMS = (
    "from accounts.models import *\n"
    "from inbox.models import Conversation\n"
    "Organization.objects.update(agents_see='own_and_team')\n"
    "shop = Organization.objects.get(people__email='amina@baton.example')\n"
    "for name, email in (('Tea', 'amina@baton.example'), ('Coffee', 'ben@baton.example')):\n"
    "    team = Team.objects.create(organization=shop, name=name)\n"
    "    TeamMember.objects.create(team=team, person=Person.objects.get(email=email))\n"
    "Conversation.objects.filter(contact__profile_name='Dora Lindqvist').update(\n"
    "    assignee=None, mode='human', handoff_state='none', status='open',\n"
    "    team=Team.objects.get(name='Tea'))\n"
)


@pytest.mark.case("S78")
@pytest.mark.timeout(300)
def test_what_is_given_to_another_team_changes_hands_before_ones_eyes(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    shop.shell(TWO_TEAMS)
    amina, ben = open_page(who="amina"), open_page(who="ben")
    doras = ("#rows article", "Dora")
    expect(ben.locator("#rows article").first).to_be_visible()
    expect(ben.locator(doras[0], has_text=doras[1])).to_have_count(0)
    amina.locator(doras[0], has_text=doras[1]).click()
    amina.locator(".head__actions .menu summary").click()
    amina.get_by_role("link", name="Assign to…").click()
    dialog = amina.locator("#compose")
    expect(dialog).to_contain_text("it may leave your list")
    dialog.get_by_label("Team").select_option(label="Coffee")
    dialog.get_by_label("Reason").select_option(label="A shift has ended")
    dialog.get_by_role("button", name="Assign").click()
    expect(amina.locator("#thread-name")).to_have_text("This conversation is with others now")
    expect(amina.locator(doras[0], has_text=doras[1])).to_have_count(0)
    expect(amina).to_have_url(f"{shop.url}/inbox/")
    expect(ben.locator(doras[0], has_text=doras[1])).to_have_count(1)
    ben.locator(doras[0], has_text=doras[1]).click()
    expect(ben.locator("#log")).to_contain_text("Amina gave the conversation to the team Coffee")
