"""The error table says the same as Meta's page and our judgement of it, code by code."""

import string

import pytest

from whatsapp.error_table import GROUPS, RULES
from whatsapp.errors import Again, CloudApiError, NotSent, OutcomeUnknown, Remedy, rule_for
from whatsapp.payload_checks import MESSAGES

A, LATER, FIX, NEVER = Again.AUTOMATIC, Again.LATER, Again.AFTER_FIX, Again.NEVER

EXPECTED = {
    "retry": {
        A: [1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004],
        LATER: [17, 613, 131048],
    },
    "pause": {
        FIX: [
            *(0, 3, 10, 33, 104, 190, *range(200, 300), 368, 803),
            *(131005, 131031, 131037, 131042, 131045, 133010),
        ]
    },
    "window": {NEVER: [131047]},
    "recipient": {NEVER: [131021, 131026, 131062], FIX: [131030, 137000]},
    "template": {
        NEVER: [132000, 132001, 132005, 132007, 132008, 132012, 132016, 132018],
        LATER: [132015, 132069, 134101, 134102],
        FIX: [131061, 132068, 134100],
    },
    "payload": {
        NEVER: [
            *(100, 131008, 131009, 131020, 131041, 131055, 131059, 135000),
            *range(131201, 131216),
        ],
        FIX: [131053],
    },
    "policy": {NEVER: [130403, 130472, 130497, 131049, 131050], FIX: [131063, 131064]},
    "inbound": {NEVER: [131051, 131052, 131060]},
    "setup": {
        A: [139102, 139103],
        LATER: [133008, 133009, 133015, 133016, 2494100],
        FIX: [
            *(131044, 133000, 133005, 133006, 134011, *range(138000, 138019)),
            *(*range(139000, 139005), *range(147001, 147006), 200005, 200006, 200007),
            *(2388001, 2388012, 2388019, 2388040, 2388047, 2388072, 2388073, 2388091),
            *(2388093, 2388103, 2388293, 2388299, *range(2494164, 2494192)),
        ],
        NEVER: [139100, 139101, 1752041, 2388039, 2593079, 2593085, 2593107, 2593108, 2593109],
    },
}
ROWS = [
    (code, remedy, again)
    for remedy, by_again in EXPECTED.items()
    for again, codes in by_again.items()
    for code in codes
]


@pytest.mark.parametrize("remedy", Remedy)
def test_every_code_has_its_class_and_says_whether_to_try_again(remedy):
    wanted = {code: (remedy, again) for code, name, again in ROWS if name == remedy}
    found = {code: (rule.remedy, rule.again) for code, rule in RULES.items()}
    assert {code: found.get(code) for code in wanted} == wanted


def test_the_table_has_no_code_of_its_own_invention():
    assert sorted(RULES) == sorted(code for code, _, _ in ROWS)


def test_no_code_stands_twice():
    stands = [
        code
        for _, _, rows in GROUPS
        for codes, *_ in rows
        for code in ((codes,) if isinstance(codes, int) else codes)
    ]
    assert len(stands) == len(set(stands))


@pytest.mark.parametrize(
    ("code", "http_status"),
    [(0, 401), (2, 503), (190, 401), (200, 403), (131000, 500), (132001, 404), (613, None)],
)
def test_the_documented_http_status_is_kept(code, http_status):
    assert rule_for(code).http_status == http_status


@pytest.mark.parametrize(("code", "most"), [(1, 2), (131000, 2), (2, None), (131016, None)])
def test_unclear_trouble_is_tried_twice_more_at_most(code, most):
    assert rule_for(code).max_retries == most


@pytest.mark.parametrize(
    ("http_status", "remedy", "again"),
    [
        (401, Remedy.PAUSE, FIX),
        (403, Remedy.PAUSE, FIX),
        (429, Remedy.RETRY, A),
        (400, Remedy.PAYLOAD, NEVER),
        (404, Remedy.PAYLOAD, NEVER),
        (500, Remedy.RETRY, A),
        (503, Remedy.RETRY, A),
        (None, Remedy.PAYLOAD, NEVER),
    ],
)
def test_an_unknown_code_is_judged_by_its_http_status(http_status, remedy, again):
    rule = rule_for(99_999_999, http_status=http_status)
    assert (rule.remedy, rule.again) == (remedy, again)


def test_subcode_33_means_that_the_number_is_unknown():
    assert rule_for(100, http_status=400, subcode=33).remedy is Remedy.PAUSE
    assert rule_for(100, http_status=400, subcode=2494010).remedy is Remedy.PAYLOAD


def test_an_unsupported_type_explains_an_inbound_message_or_accuses_ours():
    assert rule_for(131051).remedy is Remedy.INBOUND
    assert rule_for(131051, http_status=400).remedy is Remedy.PAYLOAD


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.code))
def test_sentences_hold_no_other_gap_than_the_details(rule):
    gaps = {name for _, name, _, _ in string.Formatter().parse(rule.sentence) if name is not None}
    assert gaps <= {"details"}
    assert rule.title


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ("Parameter x is wrong.", "This message could not be built: Parameter x is wrong."),
        ("{details} {0}", "This message could not be built: {details} {0}."),
        ("", "This message could not be built: (#100) Bad."),
    ],
)
def test_the_sentence_takes_metas_details(details, sentence):
    assert CloudApiError(100, title="(#100) Bad.", details=details).sentence == sentence


def test_a_sentence_without_anything_to_say_names_the_code():
    assert CloudApiError(131053).sentence == "WhatsApp refuses this file: #131053."


def test_an_error_shows_neither_body_nor_token_when_logged():
    error = CloudApiError(190, title="Access token expired", details="x", fbtrace_id="A1")
    assert str(error) == "(190) Access token expired"
    assert error.remedy is Remedy.PAUSE
    assert str(NotSent("ConnectTimeout")) == "ConnectTimeout"
    assert OutcomeUnknown("reset", 502).http_status == 502


def test_every_refusal_of_a_value_has_a_sentence():
    assert all(message.endswith(".") for message in MESSAGES.values())
