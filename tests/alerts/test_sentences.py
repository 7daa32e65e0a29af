"""What residents type, and what their neighbours read of it."""

from __future__ import annotations

import pytest

from bot.alerts.facts import Rules

RULES = Rules(
    emergency="101",
    plates="partial",
    streets=("Kerkstraat", "De Hoeven", "Sint-Amorstraat", "Op den Dries"),
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (
            "Er zit iemand in onze tuin, Kerkstraat 45, hij heeft een zaklamp",
            "Er zit iemand in onze tuin, Kerkstraat, hij heeft een zaklamp",
        ),
        (
            "Verdachte witte bestelwagen rijdt traag rond, Pools nummer WX 12345",
            "Verdachte witte bestelwagen rijdt traag rond, Pools nummer WX …",
        ),
        (
            "Inbraak bezig bij de buren op nr 14, glas gebroken",
            "Inbraak bezig bij de buren op nr …, glas gebroken",
        ),
        (
            "Rode Golf 7 met Nederlandse plaat XX-123-Y rijdt al 10 minuten rond",
            "Rode Golf 7 met Nederlandse plaat XX-… rijdt al 10 minuten rond",
        ),
        (
            "Fiets gestolen aan nummer 8, tussen 22u en 23u",
            "Fiets gestolen aan nummer …, tussen 22u en 23u",
        ),
        (
            "Bij mevrouw Peeters in de Kerkstraat 7 staat de achterdeur open",
            "Bij mevrouw … in de Kerkstraat staat de achterdeur open",
        ),
        (
            'Babbeltruc: man van "de watermaatschappij" belt aan bij alle huizen op de Kerkstraat 1 tot 20',
            'Babbeltruc: man van "de watermaatschappij" belt aan bij alle huizen op de Kerkstraat',
        ),
        (
            "Mijn alarm gaat af, ik ben op vakantie, bel mijn zoon op 0475 12 34 56",
            "Mijn alarm gaat af, ik ben op vakantie, bel mijn zoon op …",
        ),
        ("Zie foto op https://photos.app.goo.gl/xyz123", "Zie foto op …"),
        (
            "Auto met plaat 1-ABC-234 staat al 3 dagen in de straat",
            "Auto met plaat 1-A… staat al 3 dagen in de straat",
        ),
        (
            "Kenteken 12-AB-34, zwarte Audi A3, 2 inzittenden",
            "Kenteken 12-…, zwarte Audi A3, 2 inzittenden",
        ),
        (
            "de man woont volgens mij op Kerkstraat 33 bus 2",
            "de man woont volgens mij op Kerkstraat",
        ),
        (
            "hij liep van de Kerkstraat naar Op den Dries 5 en dan naar de E313",
            "hij liep van de Kerkstraat naar Op den Dries en dan naar de E313",
        ),
        (
            "brandlucht in de Kerkstraat thv nr 102, brandweer 112 gebeld",
            "brandlucht in de Kerkstraat, brandweer 112 gebeld",
        ),
        ("hond weggelopen, chipnummer 981 000 123 456 789", "hond weggelopen, chipnummer …"),
        (
            "zwarte BMW X5 met 4 personen, nummerplaat 2-XYZ-98?",
            "zwarte BMW X5 met 4 personen, nummerplaat 2-X…",
        ),
        (
            "poging inbraak in 3 wagens: Kerkstraat 5, 7 en 9",
            "poging inbraak in 3 wagens: Kerkstraat",
        ),
        (
            "de camera van nummer 12 heeft alles gefilmd tussen 1u en 2u",
            "de camera van nummer … heeft alles gefilmd tussen 1u en 2u",
        ),
        ("graag contact via jan.peeters@gmail.com of @janpeeters", "graag contact via … of …"),
        (
            "Vannacht ingebroken in de Kerkstr. 18a; buit: juwelen en 2 laptops",
            "Vannacht ingebroken in de Kerkstr.; buit: juwelen en 2 laptops",
        ),
        (
            "garage openstaand in de Sint Amorstraat nr. 3 B",
            "garage openstaand in de Sint Amorstraat",
        ),
        (
            "Kijk uit voor dhr. Willems, hij is 60 en verward",
            "Kijk uit voor dhr. …, hij is 60 en verward",
        ),
        (
            "wagen geparkeerd voor Kerkstraat 12, motor draait, plaat begint met 1-VK",
            "wagen geparkeerd voor Kerkstraat, motor draait, plaat begint met 1-VK",
        ),
        (
            "Break-in at 14 Church Street, they left in a blue VW Golf, plate 1 ABC 234",
            "Break-in at Church Street, they left in a blue VW Golf, plate 1 A…",
        ),
        (
            "Suspicious van parked outside number 9, engine running, since 11 pm",
            "Suspicious van parked outside number …, engine running, since 11 pm",
        ),
        (
            "Someone is in my garden, I live at Kerkstraat 22, please call 101",
            "Someone is in my garden, I live at Kerkstraat, please call 101",
        ),
        ("Call me on +32 475/12.34.56", "Call me on …"),
        (
            "Cambriolage en cours au 12 rue de l'Église, deux hommes cagoulés",
            "Cambriolage en cours rue de l'Église, deux hommes cagoulés",
        ),
        (
            "Voiture suspecte devant le 7, avenue des Tilleuls, plaque 1-DEF-567",
            "Voiture suspecte devant avenue des Tilleuls, plaque 1-D…",
        ),
        (
            "Ma voisine Mme Lambert a été volée, rue du Moulin 5 bte 2",
            "Ma voisine Mme … a été volée, rue du Moulin",
        ),
        (
            "Einbruch in der Hauptstr. 12a, zwei Männer, schwarzer Passat AC-XY 123",
            "Einbruch in der Hauptstr., zwei Männer, schwarzer Passat AC-…",
        ),
        (
            "lichten branden bij de overburen (nr. 31) en niemand thuis",
            "lichten branden bij de overburen (nr. …) en niemand thuis",
        ),
        ("buren van 12 en 14 zijn weg", "buren van … zijn weg"),
        ("aan 14 staat een vreemde auto", "aan … staat een vreemde auto"),
        ("voor 22 stopte een busje, ik zag 3 man", "voor … stopte een busje, ik zag 3 man"),
        ("iemand aan de deur bij ons op 16", "iemand aan de deur bij ons op …"),
        ("huizen 3 tot 9 hebben bezoek gehad", "huizen … hebben bezoek gehad"),
        ("aanhangwagen QABC123 weg", "aanhangwagen QAB… weg"),
        ("ik woon op 27 en zie licht op 29", "ik woon op … en zie licht op …"),
        ("Kerkstraat onpare kant tussen 11 en 17", "Kerkstraat onpare kant tussen …"),
        ("onze straat huisnrs 1-50 geen stroom", "onze straat huisnrs … geen stroom"),
        ("tegenover 12 staat een witte camionette", "tegenover … staat een witte camionette"),
        ("ik zie licht bij 12a, zij zijn op reis", "ik zie licht bij …, zij zijn op reis"),
        (
            "Bij de buren rechts van ons (nr. 18, rode deur) wordt op het raam geklopt",
            "Bij de buren rechts van ons (nr. …, rode deur) wordt op het raam geklopt",
        ),
        (
            "Loopt nu Kerkstraat richting nr 80, zwarte hoodie",
            "Loopt nu Kerkstraat richting nr …, zwarte hoodie",
        ),
        (
            "Ze zijn achter nummer 7 over de haag gesprongen",
            "Ze zijn achter nummer … over de haag gesprongen",
        ),
        ("inbraak kerkstaat 12", "inbraak kerkstaat"),
        ("inbraak Achterhoek 12", "inbraak Achterhoek"),
        ("Achterhoek 12", "Achterhoek"),
        ("Kerkstraat Munsterbilzen 12", "Kerkstraat Munsterbilzen"),
        ("Kerkstraat links 12, rode poort", "Kerkstraat links, rode poort"),
        ("Kerkstraat huis nr 12", "Kerkstraat"),
        ("Kerkstraat nr12", "Kerkstraat"),
        ("Kerkstraat 12 en 14", "Kerkstraat"),
        (
            "Buurman van nr 3 belt: 2 kerels in zijn tuin",
            "Buurman van nr … belt: 2 kerels in zijn tuin",
        ),
        ("Onbekende man belt aan op nr 9, 11 en 13", "Onbekende man belt aan op nr …"),
        ("Man in Kerkstraat ter hoogte van huisnummer 7bis", "Man in Kerkstraat"),
        ("kerkstraat 9 : licht in de kelder", "kerkstraat : licht in de kelder"),
        (
            "dader vluchtte naar De Hoeven 14 richting nr 2",
            "dader vluchtte naar De Hoeven richting nr …",
        ),
        (
            "Zag om 21.45 iemand bij de auto van de overbuur op nummer 44",
            "Zag om 21.45 iemand bij de auto van de overbuur op nummer …",
        ),
        ("ik sta aan huis 22", "ik sta aan huis"),
        ("achter onze haag Kerkstraat 3", "achter onze haag Kerkstraat"),
        ("2e huis voorbij Kerkstraat 40", "2e huis voorbij Kerkstraat"),
        (
            "Rode Opel Corsa, 1-XYZ-987, reed om 22u05 weg richting A2, afrit 31",
            "Rode Opel Corsa, 1-X…, reed om 22u05 weg richting A2, afrit 31",
        ),
        (
            "Iemand roept om hulp in de Sint-Amorstr., ter hoogte van 18 of 20",
            "Iemand roept om hulp in de Sint-Amorstr.",
        ),
        (
            "Er is net ingebroken bij ons, Kerkstraat 120, dader droeg een rode pet en reed weg met een zwarte scooter",
            "Er is net ingebroken bij ons, Kerkstraat, dader droeg een rode pet en reed weg met een zwarte scooter",
        ),
        (
            "ze kwamen uit huis nummer 5 en liepen naar nummer 7",
            "ze kwamen uit huis nummer … en liepen naar nummer …",
        ),
        ("ik heb het nummer genoteerd: 1-ABC-234", "ik heb het nummer genoteerd: 1-A…"),
        ("tel: 089/41.12.34, vraag naar Jan", "tel: …, vraag naar Jan"),
        ("Kerkstraat nr 12, 2de verdieping, app 2.1", "Kerkstraat, 2de verdieping, app …"),
        (
            "Person at door of no. 5 claims to be from the bank",
            "Person at door of no. … claims to be from the bank",
        ),
        (
            "Vol au 3, place de la Liberté, auteur en fuite",
            "Vol place de la Liberté, auteur en fuite",
        ),
        ("j'habite rue Haute 7 bis", "j'habite rue Haute"),
        ("numéro 14 de la rue Haute, porte ouverte", "numéro … de la rue Haute, porte ouverte"),
    ],
)
def test_what_gives_somebody_away_is_left_out_and_the_rest_still_reads(
    typed: str, read: str
) -> None:
    """Dutch, English, French and German, as it is typed at night."""
    assert RULES.shown(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "man met grijze sneakers, schoenmaat 43",
        "voetballer met rugnummer 10",
        "jongen in een trui met nummer 23",
        "boy in a shirt number 10",
        "bestelwagen Iveco Daily 35",
        "jongeman, leeftijd vermoedelijk 20",
        "rode break, aantal inzittenden 3",
        "Sporthal De Kimpel, ingang 2",
        "aan 30 per uur door de straat",
        "dit gaat over melding 117",
        "three teenagers near platform 2",
        "Twee mannen met bivakmuts voelen aan autodeuren in de Kerkstraat, lopen richting station",
        "Man van ongeveer 35 jaar, 1m85, zwarte jas, met koevoet",
        "Ik zie 3 jongeren van 15 à 16 jaar die tegen auto's schoppen",
        "Om 02.15 u hoorde ik glasgerinkel, daarna 2 mannen weggelopen",
        "Vrouw van 80 werd opgelicht door valse agent, ze gaf 500 euro mee",
        "2 brommers zonder nummerplaat scheuren door de Kerkstraat",
        "Kabaal op het plein, 10 à 15 jongeren, muziek tot 3 uur",
        "ik heb 101 gebeld om 23u10, ploeg onderweg",
        "verdacht persoon aan school De Linde, lagere school, poort 3",
        "diefstal van 2 elektrische fietsen (Batavus, Gazelle 500) uit garage",
        "iemand probeert pincode 1234 aan de bankautomaat",
        "ze vluchten in een grijze Peugeot 308 richting Hasselt via N702",
        "Kerkstraat hoek Molenweg: ruzie tussen 5 personen, 1 gewonde",
        "bij ons op de Dries, huis met rode poort, tweede huis na de bakker",
        "Opgepast! Man vraagt geld, zegt dat hij in nood is (+- 50 jaar, baard)",
        "jongen 12 jaar vermist, blauwe trui maat 152, laatst gezien 16u30",
        "drie mannen, 20-25 jaar, één met litteken; ze droegen 2 zakken",
        "Two men trying car doors on Kerkstraat, one about 6 ft tall, 20 years old",
        "White Ford Transit 350 circling the block for 20 minutes",
        "He is 45, bald, 180 cm, black jacket, left at 23:40",
        "Un homme d'environ 30 ans, 1m80, rôde rue Haute depuis 22h",
        "Ils sont 3, partis vers la gare en Clio 4 grise à 23h15",
        "Appelez le 101, ne sortez pas",
        "ik zit op de trein van 17u42, perron 3",
        "het is -2 graden en er ligt 5 cm sneeuw",
        "er is een lek, 2 straten verder, Kerkstraat",
        "wat is het nummer van de wijkagent?",
        "politie is gebeld, dossier 2026/1234",
        "Iemand met rugnummer 10 op zijn trui",
        "Aan de school 2 wagens met draaiende motor, mogelijk drugsdeal",
        "Iemand heeft mijn fiets mee, zwarte Koga, slot doorgeslepen, gezien rond 14 uur",
        "Man belt aan en zegt van Fluvius te zijn, badge 4711, huis per huis",
        "Kerkstraat rode Golf 7",
        "Kerkstraat gezien rond 23",
        "we zijn met 4",
        "ik zie er 4",
        "hij is 45",
        "ze waren met minstens 6",
        "om 22",
        "bus 12",
        "bel 0900-8844",
        "man van ongeveer 45",
        "snelheid 100",
        "met een Kawasaki 600",
        "zag ze om kwart na 11",
        "Alarm bij Delhaize, 4 auto's politie",
        "de gestolen fiets is een Trek 820, blauw",
        "jongen van 16, 1m70, in de Kerkstraat",
        "Er zijn er 2 in de tuin van de Kerkstraat en 1 in de wagen",
        "Parkeerplaats 3 van Delhaize",
        "Op 24/11 rond 23.15 uur inbraak geprobeerd",
        "Er rijdt een scooter rond zonder licht, 2 man, al 3 keer langs",
        "Kerkstraat: 3 gemaskerde mannen met hamer, 101 gebeld om 22:58",
        "Kerkstraat/Molenweg 2 wagens botsing, 1 gewonde",
        "glasbak Kerkstraat vol",
        "politiecontrole op de N730 km 12",
        "vals geld: biljet van 50 euro",
        "buiten 3 graden, ijs op stoep",
        "Deux jeunes essaient les portières rue de la Gare, l'un a 16 ans environ",
    ],
)
def test_what_gives_nobody_away_is_read_as_it_was_typed(typed: str) -> None:
    """Times, ages, heights, amounts, makes of cars, roads, buses and how many there are."""
    assert RULES.shown(typed) == typed
