"""A newsroom's declaration as values: what the notice's tests draw, without reading a file."""

from __future__ import annotations

from bandeau.model import (
    CHOICE_COOKIE,
    OWN_SERVICE,
    OWN_STORAGE,
    Controller,
    Cookie,
    Declaration,
    Exemption,
    Host,
    Lifetime,
    NamePattern,
    PersonalData,
    Placeholder,
    Purpose,
    Service,
    Site,
    StorageKey,
)


def cookie(name: str, lifetime: str, host: str | None = None) -> Cookie:
    return Cookie(NamePattern(name), Lifetime.parse(lifetime), host)


def storage(name: str, lifetime: str) -> StorageKey:
    return StorageKey(NamePattern(name), Lifetime.parse(lifetime))


def hosts(*names: str) -> tuple[Host, ...]:
    return tuple(map(Host.parse, names))


PURPOSES = (
    Purpose("functioning", Exemption.STRICTLY_NECESSARY),
    Purpose("audience", Exemption.AUDIENCE_MEASUREMENT),
    Purpose("social"),
    Purpose("media"),
    Purpose("advertising"),
)

COMMENTS = Service(
    "comments",
    "Palabre",
    "Palabre SA",
    ("social",),
    profiling=True,
    personal_data=(
        PersonalData.IP_ADDRESS,
        PersonalData.BROWSING,
        PersonalData.USAGE,
        PersonalData.SOCIAL_INTERACTIONS,
        PersonalData.COMMENTS,
    ),
    countries=("FR",),
    hosts=hosts("palabre.localhost", "*.palabre.localhost"),
    cookies=(cookie("palabre_*", "13 months", "palabre.localhost"),),
    placeholder=Placeholder(within="comments"),
)
VIDEO = Service(
    "video",
    "Lanterne",
    "Lanterne Vidéo SARL",
    ("media",),
    profiling=False,
    personal_data=(PersonalData.IP_ADDRESS, PersonalData.USAGE),
    countries=("FR",),
    hosts=hosts("video.localhost"),
    cookies=(cookie("lanterne_seen", "6 months", "video.localhost"),),
)
ADS = Service(
    "ads",
    "Réclame",
    "Réclame Régie SA",
    ("advertising",),
    profiling=True,
    personal_data=(
        PersonalData.IP_ADDRESS,
        PersonalData.BROWSING,
        PersonalData.GEOLOCATION,
    ),
    countries=("FR", "IE"),
    hosts=hosts("ads.localhost", "mouchard.localhost"),
    cookies=(cookie("reclame_uid", "13 months", "ads.localhost"), cookie("mouchard", "12 months")),
    storage=(storage("reclame:*", "until erased"),),
)
FONTS = Service(
    "fonts",
    "Casse",
    "Casse Fonderie",
    ("media",),
    personal_data=(PersonalData.IP_ADDRESS,),
    hosts=hosts("fonts.localhost"),
)
EXEMPT = (
    Service(
        "site",
        "La Gazette du Port",
        "Éditions du Port SAS",
        ("functioning",),
        cookies=(cookie("session", "session"), cookie("csrftoken", "12 months")),
        storage=(storage("theme", "12 months"),),
    ),
    Service(
        "stats",
        "Port Stats",
        "Éditions du Port SAS",
        ("audience",),
        hosts=hosts("stats.localhost"),
        cookies=(cookie("ps_id", "13 months"),),
    ),
    Service(
        OWN_SERVICE,
        "Bandeau",
        "Éditions du Port SAS",
        ("functioning",),
        cookies=(cookie(CHOICE_COOKIE, "6 months"),),
        storage=(storage(OWN_STORAGE, "session"),),
    ),
)

SITE = Site(
    "La Gazette du Port",
    hosts("gazette.localhost"),
    ("fr", "en"),
    Controller("Éditions du Port SAS", "1 quai des Brumes, 76600 Le Havre, France", "dpo@gazette.localhost"),
    privacy_policy="/confidentialite",
)

NEWSROOM = Declaration(SITE, PURPOSES, (*EXEMPT, COMMENTS, VIDEO, ADS, FONTS))
