"""The articles of the newspaper: everything but their bodies, which are templates of the same name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its headline, its picture with caption and credit, and where it stands."""

    slug: str
    section: str
    title: str
    standfirst: str
    author: str
    published: str
    date: str
    minutes: int
    picture: str
    picture_alt: str
    caption: str
    credit: str
    language: str = "fr"

    @property
    def path(self) -> str:
        """The article's own address."""
        return f"/en/{self.slug}" if self.language == "en" else f"/article/{self.slug}"


_LIGHTHOUSE_PICTURE = "/static/pictures/phare.svg"

ARTICLES = (
    Article(
        slug="le-phare-de-la-heve-basse-se-rallume",
        section="Vie du port",
        title="Le phare de la Hève-Basse se rallume après onze ans de nuit",
        standfirst="Samedi, à 17 h 04, la lentille a repris son tour. Dix-neuf milles de portée, un gardien "
        "retrouvé et une ville entière sur ses balcons.",
        author="Anaïs Querval",
        published="22 novembre 2026 à 19 h 40",
        date="2026-11-22T19:40",
        minutes=4,
        picture=_LIGHTHOUSE_PICTURE,
        picture_alt="Au crépuscule, un phare blanc à bandes rouges éclaire une mer calme ; un voilier rentre au port.",
        caption="Le phare de la Hève-Basse, samedi soir, vu du sentier des douaniers.",
        credit="Illustration : Atelier du Musoir / La Gazette du Port",
    ),
    Article(
        slug="les-grues-electriques-du-quai-des-brumes",
        section="Économie",
        title="Quai des Brumes, les grues passent à l’électricité et l’on réentend les mouettes",
        standfirst="Trois portiques neufs ont remplacé les machines à gazole de 1987. Les dockers parlent "
        "rendement, les riverains parlent sommeil.",
        author="Bastien Le Floch",
        published="22 novembre 2026 à 6 h 15",
        date="2026-11-22T06:15",
        minutes=3,
        picture="/static/pictures/grues.svg",
        picture_alt="Trois grands portiques à conteneurs se dressent au petit matin au-dessus d’un cargo à quai.",
        caption="Les nouveaux portiques déchargent leur premier cargo, vendredi à l’aube.",
        credit="Illustration : Atelier du Musoir / La Gazette du Port",
    ),
    Article(
        slug="la-coquille-revient-les-prix-aussi",
        section="À table",
        title="Au marché aux poissons, la coquille revient et les prix redescendent",
        standfirst="Une belle saison s’annonce en baie. Sous la halle, on compte, on goûte et l’on se dispute "
        "déjà sur la cuisson.",
        author="Jeanne Ozouf",
        published="21 novembre 2026 à 11 h 30",
        date="2026-11-21T11:30",
        minutes=3,
        picture="/static/pictures/marche.svg",
        picture_alt="Des étals de poissons et de coquillages sous des toiles rayées, devant les façades du port.",
        caption="La halle aux poissons, un samedi de novembre.",
        credit="Illustration : Atelier du Musoir / La Gazette du Port",
    ),
)

ENGLISH = Article(
    slug="the-lighthouse-shines-again",
    section="Harbour life",
    title="After eleven years of darkness, the lighthouse shines again",
    standfirst="At four minutes past five on Saturday the lens began to turn. A keeper came back, and a whole town "
    "stood on its balconies.",
    author="Anaïs Querval",
    published="22 November 2026, 8.10 pm",
    date="2026-11-22T20:10",
    minutes=2,
    picture=_LIGHTHOUSE_PICTURE,
    picture_alt="At dusk a white lighthouse with red bands lights a calm sea; a sailing boat comes home.",
    caption="The Hève-Basse lighthouse on Saturday evening, from the customs path.",
    credit="Illustration: Atelier du Musoir / La Gazette du Port",
    language="en",
)

BY_PATH = {article.path: article for article in (*ARTICLES, ENGLISH)}
