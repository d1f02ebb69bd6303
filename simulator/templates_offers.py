"""Sample templates with named variables, for marketing and authentication, and some odd ones."""

from simulator.template_parts import (
    Template,
    authentication_body,
    body,
    buttons,
    carousel,
    copy_code,
    footer,
    header,
    link,
    media_header,
    named_body,
    named_header,
    quick,
)

SHOP = "https://shop.example"


def named() -> list[Template]:
    """Templates whose variables have names."""

    def row(name: str, language: str, *components: dict[str, object]) -> Template:
        return Template(name, language, "UTILITY", list(components), parameter_format="NAMED")

    return [
        row(
            "pickup_ready",
            "de",
            named_body(
                "Hallo {{customer_name}}, Bestellung {{order_number}} liegt für dich bereit.",
                customer_name="Dora",
                order_number="40-1187",
            ),
        ),
        row(
            "pickup_ready",
            "en_US",
            named_body(
                "Hello {{customer_name}}, order {{order_number}} is ready to collect.",
                customer_name="Dora",
                order_number="40-1187",
            ),
        ),
        row(
            "repair_finished",
            "en_US",
            named_header("Repair {{ticket}}", ticket="R-2231"),
            named_body(
                "Your {{device}} works again, {{customer_name}}. It costs {{price}} in all.",
                device="kettle",
                customer_name="Dora",
                price="19.90 €",
            ),
            buttons(quick("I will collect it"), quick("Send it to me")),
        ),
        row(
            "feedback_request",
            "en_US",
            named_body(
                "How did {{agent_name}} do today, {{customer_name}}? One tap is enough.",
                agent_name="Amina",
                customer_name="Dora",
            ),
            buttons(quick("Great"), quick("Fine"), quick("Not good")),
        ),
    ]


def marketing() -> list[Template]:
    """Offers, two of them stopped by Meta, one refused, one waiting."""
    product = f"{SHOP}/p/{{{{1}}}}"
    cards = [
        [
            media_header("IMAGE"),
            body("Only {{1}} this week, lid and filter included.", price),
            buttons(quick("I want it"), link("View", product, f"{SHOP}/p/{sku}")),
        ]
        for price, sku in (("39.90 €", "kettle-blue-17"), ("34.90 €", "kettle-red-10"))
    ]
    return [
        Template(
            "winter_offer",
            "en_US",
            "MARKETING",
            [
                media_header("IMAGE"),
                body("Warm hands, {{1}}: every kettle 20 % off until Sunday.", "Dora"),
                footer("Reply STOP to opt out"),
                buttons(link("See the offer", f"{SHOP}/winter"), quick("Stop offers")),
            ],
            quality="YELLOW",
        ),
        Template(
            "winter_offer",
            "ar",
            "MARKETING",
            [
                media_header("IMAGE"),
                body("عرض الشتاء يا {{1}}: خصم ٢٠٪ على كل الغلايات حتى الأحد.", "أمير"),
                footer("أرسل STOP لإيقاف العروض"),
            ],
        ),
        Template(
            "coupon",
            "en_US",
            "MARKETING",
            [
                body("A thank-you for you, {{1}}: {{2}} off with this code.", "Dora", "20 %"),
                buttons(copy_code("KETTLE20")),
            ],
        ),
        Template(
            "weekend_deal",
            "en_US",
            "MARKETING",
            [
                media_header("IMAGE"),
                body("The weekend is yours, {{1}}: use {{2}} at the till.", "Dora", "KETTLE20"),
                {
                    "type": "LIMITED_TIME_OFFER",
                    "limited_time_offer": {"text": "Weekend deal", "has_expiration": True},
                },
                buttons(copy_code("KETTLE20"), link("Shop", product, f"{SHOP}/p/weekend")),
            ],
        ),
        Template(
            "two_that_fit",
            "en_US",
            "MARKETING",
            [body("Two that fit your kitchen, {{1}}, chosen by us.", "Dora"), carousel(*cards)],
        ),
        Template(
            "catalogue_news",
            "en_US",
            "MARKETING",
            [
                body("The new catalogue is here, {{1}}. Have a look.", "Dora"),
                buttons({"type": "CATALOG", "text": "View catalogue"}),
            ],
        ),
        Template(
            "spring_sale",
            "en_US",
            "MARKETING",
            [body("Spring sale, {{1}}: two for one on all tea.", "Dora")],
            status="PAUSED",
            quality="RED",
        ),
        Template(
            "loyalty_points",
            "en_US",
            "MARKETING",
            [body("You have {{1}} points, {{2}}. Spend them by Friday.", "240", "Dora")],
            status="DISABLED",
            quality="RED",
        ),
        Template(
            "win_an_iron",
            "en_US",
            "MARKETING",
            [body("Answer now and win an iron!!!")],
            status="REJECTED",
            rejected_reason="PROMOTIONAL",
        ),
        Template(
            "summer_teaser",
            "en_US",
            "MARKETING",
            [header("Soon"), body("Something cool is coming, {{1}}. Stay near.", "Dora")],
            status="PENDING",
        ),
    ]


def authentication() -> list[Template]:
    """One code template in three languages."""
    return [
        Template(
            "login_code",
            "en_US",
            "AUTHENTICATION",
            authentication_body(
                "*{{1}}* is your verification code. For your security, do not share this code."
            ),
        ),
        Template(
            "login_code",
            "de",
            "AUTHENTICATION",
            authentication_body(
                "*{{1}}* ist dein Bestätigungscode. "
                "Teile ihn zu deiner Sicherheit nicht mit anderen."
            ),
        ),
        Template(
            "login_code",
            "ar",
            "AUTHENTICATION",
            authentication_body(
                "*{{1}}* هو رمز التحقق الخاص بك. حفاظًا على أمانك، لا تشارك هذا الرمز."
            ),
        ),
    ]


def others() -> list[Template]:
    """Long names, long bodies, an archived one."""
    return [
        Template(
            "long_name_to_see_whether_a_list_with_narrow_columns_still_holds_it",
            "en_US",
            "UTILITY",
            [body("Thank you, {{1}}, we have written down your wish.", "Dora")],
        ),
        Template(
            "service_terms",
            "en_US",
            "UTILITY",
            [
                body(
                    "Our terms changed on {{1}}. *Nothing* is due from you. _Read them_ when you "
                    "like.\n\n1. Returns take 30 days\n2. Repairs take a week\n\n"
                    "Yours, {{2}}, at the shop.",
                    "1 November",
                    "Amina",
                ),
                buttons(link("Read the terms", f"{SHOP}/terms")),
            ],
        ),
        Template(
            "old_notice", "en_US", "UTILITY", [body("The old shop has moved.")], status="ARCHIVED"
        ),
        Template(
            "karibu",
            "sw",
            "UTILITY",
            [body("Karibu {{1}}! Agizo lako {{2}} limefika.", "Wanjiru", "40-1187")],
        ),
    ]
