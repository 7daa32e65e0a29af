"""First names that people here bear, whatever their parents spoke.

None that is a word, a place or a make by itself: An, Will, Rose, Mercedes, Florence, Leon.
"""

from __future__ import annotations

from typing import Final

GIVEN: Final = frozenset(
    """
    aaron adam adriaan adrien agnes ahmed ahmet aicha albert aleksander aleksandra alexander alexandra ali alice
    alicja alina amina amine amira amir ana anastasia andrea andreas andrei andrej andre andrzej angela angelique
    anja anita ann anna anne anneke annelies annemie annick anouk anthony anton antoine antonio arjan arnaud arne
    arno arthur artur asma astrid axel aya ayoub ayse aziz barbara bart bas beata benjamin bernard bernadette bert
    bilal bjorn bogdan boris bram brahim brecht brigitte britt bruno carine carl carla carlo carlos carmen carolien
    caroline catherine cathy cedric cem chantal charles charlotte chloe chris christel christelle christiaan
    christian christine christophe claire claudia claude colette corinne cornelis cristian cristina daan dagmar
    daniel daniela danielle danny david davy debbie deborah denis dennis didier diana diederik dieter dimitri dirk
    dominique dorien dorota dragan driss eddy edgard edith eefje ehsan eline elena eleonora eli elias elif elisa
    elisabeth elise elke ella ellen elodie els elsje elza emiel emil emilie emine emma emmanuel emre eric erik erika
    erwin esra esther eva evelien evelyne ewa fabian fabienne farid fatih fatiha fatima fatma femke ferdinand filip
    filippo floor floris francine francis francois francoise frank frans fred frederic frederik freddy freya fien
    gabriel gabriela geert georges gerard gerda gerrit gert gertrude ghislaine gilbert gilles gino giovanni
    giuseppe godelieve goran greet greta griet guido guillaume gunter gustaaf guy habib hakan hakim halima hamid
    hamza hanne hannah hans harald harry hasan hassan hatice hassna heidi hein helena helene hendrik henk henri
    henriette herman hicham hilde houda hugo huguette hussein ibrahim igor ilona ilse imane ines inge ingrid ioana
    irena irene iris isabel isabelle ismail ivan ivana ivo jaak jaap jacek jacob jacqueline jacques jakub jamal
    jamila jan jana janne jannes janusz jasmine jasper jean jeanne jeannine jef jelle jens jerome jeroen jerzy
    jessica jessy jill jimmy joachim joanna johan johanna john johnny jolanda jolien jonas jonathan joost joris jos
    jose josef josefien joseph josephine joyce jozef juan judith jules julia julie julien jurgen justine kaat kamil
    karel karen karim karima karin karina karl karolien kasper katarzyna kathleen kathy katia katja katleen kato
    katrien katrijn kemal ken kenneth kenny kevin khadija khalid kim klaas koen koenraad kris kristel kristien
    kristof krzysztof kurt lander lara larissa lars laura laure laurence laurens laurent layla lea leen leila lene
    leo leona lieve lien liesbet liesbeth lies lieselot lieven linda lisa lise liselotte lode loes lore loic loubna
    louis louisa louise luc lucas lucia lucien lucienne ludo ludovic ludwig luigi luis luka lukas lukasz lydia
    maarten maaike maciej maggy magda magdalena malgorzata malika manon manuel manuela marc marcel marcin marco
    marek margaux margareta margot maria mariam mariana marianne marie marieke mariette marijke marina mario marion
    marjan mark marleen marlies marta martha martijn martin martine mary maryam mateusz mathias mathieu mathilde
    matteo matthias maud maurice maurits mehdi mehmet melanie melissa meryem mia michael michal michel michele
    michelle mieke miguel mihai mike milan milena mimoun miranda mireille miriam mirjam mohamed mohammad mohammed
    mohammad monika monique mounir muhammad muhammet mustafa mustapha myriam nabil nadia nadine naima najat najib
    nancy natacha natalia natalie natasja nathalie nathan nele nicolas nicolaas nicole niels nico nikola nils nina
    noah noemi noor nora nordin noureddine odette olga olivia olivier oktay omar omer orhan oscar osman pascal
    pascale patricia patrick patrik paul paula paulette pauline pawel pedro peggy peter petra philip philippe pierre
    pieter pietro piet piotr rachel rachid rachida radu rafael rafal raf rajesh ramazan raoul raphael rebecca
    redouane regina reinhilde remco remi renaat rene renee ria richard rik rika rita robbe robbert robert roberto
    robin roel roeland roger roland romain roman ronald ronny rosa rosette roxane ruben ruben rudi rudy ruth ruud
    ryszard saar sabine sabrina said saida salah salim salma sam samira samuel sander sandra sandy sanne sara sarah
    saskia sebastien sebastian selim selin selma serge sergei sergio severine shana sharon siegfried sien silke
    silvia simon simone simonne simonetta sindy slawomir sofia sofie sofiane sonia sophie soufiane staf stan
    stefaan stefan stefania stefanie steffi stella stephane stephanie steve steven stijn suleyman susanne suzanne
    suzy sven svetlana sylvia sylvie tamara tania tanja tarik tatiana thea theo theresa therese thierry thijs
    thomas tibo tim timothy tina tinne tobias tom tomas tomasz tommy toni tony tristan ursula valerie vanessa veerle
    vera verena veronique victor viktor vincent viviane vladimir wahid walter ward warre werner wesley wiktor wilfried
    willem willy wilma wim wojciech wouter xander xavier yana yannick yara yasin yasmina yasmine yassin yassine
    youssef yousef yusuf yves yvette yvonne zahra zakaria zbigniew zeynep zineb zoe zuzanna
    """.split()  # noqa: SIM905  # names in lines, not one a line
)
