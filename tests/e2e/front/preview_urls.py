"""Views of the preview: the names of the real ones, the answers made up."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from inbox import kind_shapes, shapes
from inbox.compose_forms import FORMS
from tests.e2e.front import made_up

CHOSEN = {"name": "Ana Lucía", "phone": "+55 11 91234 5678", "wa_id": "5511912345678"}
ADDRESS = {row.id: number for number, row in enumerate(made_up.ROWS)}


def somebody(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Everybody is Ben."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = SimpleNamespace(  # type: ignore[assignment]
            is_authenticated="anonymous" not in request.GET,
            pk=made_up.ME,
            name="Ben",
            email="ben@example.org",
            theme=request.GET.get("theme", "system"),
        )
        return get_response(request)

    return middleware


def how(request: HttpRequest) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        key: request.GET[key]
        for key in ("state", "owner_state", "banner", "zoo", "draft", "sending", "tray")
        if key in request.GET
    }
    if "suggestions" in request.GET:
        wanted["suggestions"] = (made_up.SUGGESTION,)
    if "hours" in request.GET:
        wanted["hours"] = float(request.GET["hours"])
    return wanted


def token() -> str:
    return str(uuid.uuid4())


def inbox_list(request: HttpRequest) -> HttpResponse:
    page = made_up.list_page(
        request.GET.get("view", "open"),
        empty="empty" in request.GET,
        search=request.GET.get("search", ""),
    )
    return render(request, "inbox/list.html", {"page": page, "thread": None})


def thread(request: HttpRequest, key: UUID) -> HttpResponse:
    context = {"thread": made_up.thread(ADDRESS[key], **how(request)), "form_token": token()}
    if request.htmx and request.htmx.target == "thread":  # type: ignore[attr-defined]
        return render(request, "inbox/_thread.html", context)
    return render(
        request,
        "inbox/list.html",
        context | {"page": made_up.list_page(request.GET.get("view", "open"))},
    )


def older(request: HttpRequest, key: UUID) -> HttpResponse:
    items = [
        made_up.bubble(key, 3 * 24 * 60 + n, text=f"Older message {n}") for n in range(30, 0, -1)
    ]
    context = {"log": {"items": items}, "conversation_id": key}
    return render(request, "inbox/_items.html", context)


def about(request: HttpRequest, key: UUID, message: UUID) -> HttpResponse:
    return render(request, "inbox/_about.html", {"about": made_up.about(key)})


def marks(request: HttpRequest) -> HttpResponse:
    return render(request, "inbox/_marks.html", {"tabs": made_up.tabs("open"), "unread_total": 3})


def post_message(request: HttpRequest, key: UUID) -> HttpResponse:
    text = request.POST.get("text", "")
    if "slow" in text:
        time.sleep(1)
    if "422" in text:
        return render(
            request,
            "inbox/_composer_error.html",
            {"sentence": "The 24 hours are over. Send a template."},
            status=422,
        )
    if "409" in text and not request.POST.get("force"):
        meanwhile = [
            made_up.bubble(key, 0, text="Wait, the neighbour has it after all!"),
            made_up.bubble(
                key, 0, outbound=True, sender_name="Amina", text="Lovely, then I close this."
            ),
        ]
        return render(
            request,
            "inbox/_composer_error.html",
            {"title": "Others wrote meanwhile", "meanwhile": meanwhile, "may_force": True},
            status=409,
        )
    if "500" in text:
        return HttpResponse("broken", status=500)
    if "401" in text:
        return HttpResponse("", status=401)
    files = request.POST.getlist("attachment")
    captions = [request.POST.get(f"caption:{one}", "") for one in files]
    message = made_up.bubble(
        key,
        0,
        outbound=True,
        text=" + ".join(
            [
                text,
                *(
                    f"file {one[:8]} {caption}"
                    for one, caption in zip(files, captions, strict=True)
                ),
            ]
        ),
        id=UUID(request.POST["form_token"]),
        token=request.POST["form_token"],
        tick=shapes.Tick("queued", "clock", "Waiting to be sent"),
    )
    return render(request, "inbox/_sent.html", {"message": message})


def attach(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes its time for what is named so; refuses what is named bad.*, breaks for broken.*."""
    file = request.FILES["file"]
    name = file.name or ""
    if "slow" in name:
        time.sleep(1)
    if name.startswith("bad"):
        return HttpResponse("<p>This is no picture, whatever its name says.</p>", status=415)
    if name.startswith("broken"):
        return HttpResponse("", status=500)
    voice = request.POST.get("voice") == "1"
    shape = made_up.attachment(key, name, file.size or 0, voice=voice)
    return render(request, "inbox/_attachment.html", {"attachment": shape}, status=201)


def compose(request: HttpRequest, key: UUID, kind: str) -> HttpResponse:
    """The real forms; what they would send stands in the bubble."""
    form = FORMS[kind](request.POST or None, initial=CHOSEN if "contact" in request.GET else {})
    if request.method == "POST" and form.is_valid():
        body = json.dumps(form.outgoing().payload, ensure_ascii=False)
        message = made_up.bubble(key, 0, outbound=True, text=body, id=uuid.uuid4())
        return render(request, "inbox/_sent.html", {"message": message})
    found = [SimpleNamespace(id=uuid.uuid4(), name="Ana Lucía", initials="AL", address="+55 11 9")]
    context = {
        "compose": form,
        "conversation_id": key,
        "form_token": token(),
        "search": request.GET.get("search", ""),
        "people": found if "search" in request.GET else (),
    }
    page = "inbox/compose/_form.html" if request.htmx else "inbox/compose/form.html"  # type: ignore[attr-defined]
    return render(request, page, context, status=422 if form.errors else 200)


def react(request: HttpRequest, key: UUID, message: UUID) -> HttpResponse:
    emoji = request.POST["emoji"]
    ours = (kind_shapes.ReactionView(emoji, "by us", is_ours=True),) if emoji else ()
    bubble = made_up.bubble(key, 3, text="Oh great, thank you Ben", id=message, reactions=ours)
    return render(request, "inbox/_sent.html", {"message": bubble})


def empty(request: HttpRequest, *_more: Any, **_named: Any) -> HttpResponse:
    return HttpResponse("")


def picker(request: HttpRequest, key: UUID) -> HttpResponse:
    chosen = UUID(request.GET["template"]) if request.GET.get("template") else None
    context = {
        "picker": made_up.picker(key, chosen=chosen),
        "form_token": token(),
        "last_seen": 100,
    }
    return render(request, "inbox/_picker.html" if request.htmx else "inbox/picker.html", context)  # type: ignore[attr-defined]


def values(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name.startswith("var:")}


def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    choice = next(one for one in made_up.CHOICES if str(one.id) == request.POST["template"])
    return render(
        request, "inbox/_preview.html", {"preview": made_up.preview(choice, values(request))}
    )


def post_template(request: HttpRequest, key: UUID) -> HttpResponse:
    filled = values(request)
    if not all(filled.values()):
        shape = made_up.picker(
            key, chosen=UUID(request.POST["template"]), values=filled, errors=True
        )
        return render(
            request,
            "inbox/_picker.html",
            {"picker": shape, "form_token": token(), "last_seen": 100},
            status=422,
        )
    message = made_up.bubble(
        key,
        0,
        outbound=True,
        kind="template",
        template="order_update",
        text=" ".join(filled.values()),
        token=request.POST["form_token"],
    )
    return render(request, "inbox/_sent.html", {"message": message})


def changed(request: HttpRequest, key: UUID, *_more: Any) -> HttpResponse:
    state = "ai" if "give-back" in request.path else "human"
    shape = made_up.thread(ADDRESS[key], owner_state=state)
    return render(
        request, "inbox/_changed.html", {"header": shape.header, "composer": shape.composer}
    )


def nothing(request: HttpRequest, *_more: Any, **_named: Any) -> HttpResponse:
    return HttpResponse(status=204)


SAMPLES = {
    "image": ("kettle.jpg", "image/jpeg"),
    "video": ("kettle.mp4", "video/mp4"),
    "voice": ("voice.ogg", "audio/ogg"),
    "audio": ("song.mp3", "audio/mpeg"),
    "document": ("receipt.pdf", "application/pdf"),
    "sticker": ("sticker.webp", "image/webp"),
}


def media(request: HttpRequest, kind: str) -> HttpResponse:
    name, mime_type = SAMPLES[kind.split("-")[0]]
    content = Path("simulator/samples", name).read_bytes()
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
    if not asked:
        return HttpResponse(content, content_type=mime_type, headers={"Accept-Ranges": "bytes"})
    start, end = int(asked[1]), int(asked[2] or len(content) - 1)
    span = {"Content-Range": f"bytes {start}-{end}/{len(content)}", "Accept-Ranges": "bytes"}
    return HttpResponse(content[start : end + 1], status=206, content_type=mime_type, headers=span)


def gallery(request: HttpRequest, key: UUID) -> HttpResponse:
    shape = made_up.gallery_page(key, request.GET.get("tab", "media"), "before" in request.GET)
    template = "inbox/_gallery_items.html" if request.htmx else "inbox/gallery.html"  # type: ignore[attr-defined]
    return render(request, template, {"gallery": shape})


def retry_media(request: HttpRequest, key: UUID, media: UUID) -> HttpResponse:
    again = made_up.bubble(
        key, 188, id=made_up.MISSED, kind="video", media=made_up.media("video", "pending", id=media)
    )
    return render(request, "inbox/_sent.html", {"message": again})


def login(request: HttpRequest) -> HttpResponse:
    class LoginForm(forms.Form):
        login = forms.EmailField()
        password = forms.CharField()
        remember = forms.BooleanField(label="Stay logged in here for two weeks", required=False)

    form = LoginForm(request.POST or None)
    if "wrong" in request.GET:
        form = LoginForm({"login": "ben@example.org", "password": "x"})
        form.add_error(None, "The e-mail address and the password do not fit together.")
    return render(request, "account/login.html", {"form": form})


def page(template: str) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: render(request, template, {"request_id": "7f3a91c2"})


inbox = (
    [
        path("", inbox_list, name="list"),
        path("marks/", marks, name="marks"),
        path("<uuid:key>/", thread, name="thread"),
        path("<uuid:key>/older/", older, name="older"),
        path("<uuid:key>/messages/", post_message, name="post_message"),
        path("<uuid:key>/newer/", older, name="newer"),
        path("<uuid:key>/messages/<uuid:message>/", about, name="about"),
        path("<uuid:key>/attachments/", attach),
        path("<uuid:key>/attachments/<uuid:attachment>/remove/", empty),
        path("<uuid:key>/messages/<uuid:message>/reaction/", react, name="react"),
        path("<uuid:key>/compose/<slug:kind>/", compose, name="compose"),
        path("<uuid:key>/picker/", picker, name="picker"),
        path("<uuid:key>/picker/preview/", preview, name="preview"),
        path("<uuid:key>/templates/", post_template, name="post_template"),
        path("<uuid:key>/takeover/", changed, name="takeover"),
        path("<uuid:key>/give-back/", changed, name="give_back"),
        path("<uuid:key>/close/", changed, name="close"),
        path("<uuid:key>/reopen/", changed, name="reopen"),
        path("<uuid:key>/assign-me/", changed, name="assign_me"),
        path("<uuid:key>/assign/", nothing, name="assign"),
        path("<uuid:key>/snooze/", nothing, name="snooze"),
        path("<uuid:key>/note/", nothing, name="note"),
        path("<uuid:key>/media/", gallery, name="gallery"),
        path("<uuid:key>/media/<uuid:media>/retry/", retry_media, name="retry_media"),
        path("<uuid:key>/hold/", nothing, name="hold"),
        path("<uuid:key>/draft/", nothing, name="draft"),
        path("<uuid:key>/seen/", nothing, name="seen"),
        path("<uuid:key>/unseen/", nothing, name="unseen"),
        path("<uuid:key>/retry/<uuid:message>/", nothing, name="retry"),
        path("<uuid:key>/cancel/<uuid:message>/", nothing, name="cancel"),
        path("<uuid:key>/undo/<uuid:message>/", nothing, name="undo"),
        path("<uuid:key>/later/", nothing, name="later"),
        path("<uuid:key>/edit/<uuid:message>/", nothing, name="edit"),
        path("<uuid:key>/send-now/<uuid:message>/", nothing, name="send_now"),
        path("<uuid:key>/typing/", nothing, name="typing"),
        path("<uuid:key>/labels/", nothing, name="labels"),
        path("<uuid:key>/canned/", nothing, name="canned"),
        path("<uuid:key>/suggestions/<uuid:suggestion>/dismiss/", changed, name="dismiss"),
        path("contacts/<uuid:key>/name/", empty, name="rename_contact"),
        path("contacts/<uuid:key>/merge/", nothing, name="merge_contact"),
        path("contacts/<uuid:key>/unmerge/", nothing, name="unmerge_contact"),
        path("contacts/<uuid:key>/export/", nothing, name="export_contact"),
        path("contacts/<uuid:key>/erase/", nothing, name="erase_contact"),
        path("contacts/suggestions/<uuid:key>/dismiss/", nothing, name="dismiss_merge"),
    ],
    "inbox",
)
urlpatterns = [
    path("inbox/", include(inbox)),
    path("media/<slug:kind>/", media),
    path("media/<slug:kind>/thumbnail/", media),
    path("accounts/login/", login, name="account_login"),
    path("accounts/password/reset/", empty, name="account_reset_password"),
    path("accounts/2fa/webauthn/login/", empty, name="mfa_login_webauthn"),
    path("accounts/logout/", page("account/logout.html"), name="account_logout"),
    path("settings/", page("settings/index.html")),
    path("404/", page("404.html")),
    path("500/", page("500.html")),
]
