"""Words from Faker, written by names.py."""

FIRST_NAMES = """\
Megan|Katherine|Robert|Jonathan|William|Richard|Kristen|Kevin|Thomas|Brandy|Rebecca|Juan|\
Katelyn|Christine|John|Renee|Tonya|Lisa|Rachel|Kyle|Jessica|Gabriella|Craig|Ryan|Cheryl|Robin|\
Tammy|Michelle|Jorge|Linda|Ana|Alexis|Jennifer|Raymond|Mallory|Elizabeth|Aaron|Tristan|Mikayla|\
Mark|Monica|James|Ashley|Seth|Christopher|Luke|Sarah|Daniel|Andrea|Jasmine|Amy|Amber|Tamara|\
Carrie|Briana|Sean|Caitlyn|Paul|Barbara|Kelly|Jaime|Jacob|Chloe|Diane|Nancy|Sandra|Rachael|\
Peter|Janet|Joshua|Melissa|Patty|Brittany|Stephanie|Bethany|Shannon|Donna|Wendy|Sabrina|Laura|\
Tom|Crystal|Dave|Jeffrey|Marvin|Dustin|Heidi|Brandon|Audrey|Amanda|Erin|Anthony|Cynthia|\
Catherine|Mitchell|Tina|Benjamin|Andrew|Susan|Jackson|David|Jason|Lauren|Sharon|Ronald|Jordan|\
Deborah|Michael|Henry|Vanessa|Mary|Samantha|Gary|Emily|Brian|Erica|Matthew|Candice|Scott|\
Gregory|Larry|Ann|Alexander|Judith|Keith|Stacey|Debra|Dana|Nicholas|Jacqueline|Eileen|Jonathon|\
Eric|Allison|Tony|Anna|Karla|Nicole|Troy|Steven|Yvonne|Valerie|Erika|Leslie|Mackenzie|Connor|\
Morgan|Tiffany|Randy|Shawn|Dennis|Abigail|Billy|Angela|Sheena|Bobby|Kara|Diana|Raven|Danielle|\
Nathan|Jared|Brenda|Alan|Edward|Mathew|Kristine|Blake|Frank|Ralph|Timothy|Hayden|Alexandra|Chad|\
Cory|Regina|Theresa|Holly|Patricia|Courtney|Terri|Cameron|Bruce|Phillip|April|Shane|Tracy|\
Rodney|Micheal|Jose|Kimberly|Caleb|Stacy|Eddie|Natalie|Tyler|Sally|Marcus|Vernon|Victor|Chelsea|\
Jeffery|Sydney|Austin|Brandi|Lindsay|Carl|Misty|Eugene|Eduardo|Tanya|Wayne|Vicki|Julie|Jamie|\
Carmen|Margaret|Kylie|Hunter|Sherri|Ricky|Bryan|Justin|Maria|Barry|Travis|Antonio|Christina|\
Patrick|Tanner|Felicia|Christy|Kristina|Rhonda|Monique|Stanley|Charles|Bradley|Todd|Shirley"""
LAST_NAMES = """\
Estrada|Armstrong|Robinson|Davis|Weiss|Oneal|Chan|Hale|Fisher|Torres|Wilson|Simmons|Knight|\
Livingston|Walls|Perry|Garcia|Ayala|Navarro|Johnson|Griffin|Parks|Calhoun|Rivers|Sharp|Miller|\
Jones|Howard|Bailey|Smith|Mccann|Fuentes|Barry|Clark|Harris|Nunez|Mays|Martinez|Wood|Jacobs|\
Villarreal|Lopez|Rodriguez|Cooper|Haley|Anderson|Levy|Cox|Kennedy|Carter|Giles|Rubio|Fields|\
White|Kaiser|Carpenter|Moore|Hurst|Bautista|Brock|Stewart|Sanchez|Fischer|Barnes|Williams|\
Pierce|Yang|Thomas|Henderson|Walsh|Wallace|Rush|Brown|Ortiz|Butler|Chandler|Flores|Ruiz|\
Clements|Hogan|Hill|Grant|Watts|Flynn|Ross|Saunders|Reynolds|Wright|Chavez|Ford|Webb|Montgomery|\
Evans|Mack|Fuller|Gardner|Mccarthy|Gregory|Wolf|Hall|Gill|Ramirez|Riggs|Stephenson|Scott|Fox|\
Perkins|Foster|King|Campbell|Stout|Larson|Sparks|Morgan|Moreno|Mora|Martin|Roberts|Meyer|Berry|\
Burton|Schmidt|Jenkins|Walters|Powell|Osborne|French|Watson|Terry|James|Garza|Taylor|Barnett|\
Gomez|Woods|Neal|Pearson|Mcgee|Howell|Rose|Camacho|Harmon|Caldwell|Oliver|Key|Marks|Lyons|\
Acosta|Perez|Walton|Murray|Rivera|Jackson|Prince|Graham|West|Fletcher|Warren|Lozano|Clarke|\
Price|Roman|Gonzalez|Bentley|Willis|Young|Little|Thompson|Bishop|Salazar|Bush|Hunt|Mitchell|\
Rich|Ellis|Welch|Black|Huber|Blevins|Spears|Villa|Henry|Padilla|Lewis|Adams|Pena|Buchanan|\
Becker|Arellano|Sanders|Morse|Andrade|Norton|Morris|Bryant|Nguyen|Chambers|Fitzgerald|Collins|\
Heath|Marquez|Hardy|Lamb|Werner|Stevens|Cannon|Gutierrez|Alexander|Calderon|Burns|Pitts|Michael|\
Hawkins|Weaver|Phillips|Ramos|Herrera|Green|Logan|Quinn|Keller|Robertson|Trevino|Brewer|\
Mclaughlin|Leonard|Warner|Guerrero|Walker|Decker|Allen|Holmes|Pacheco|Tran|Murphy|Richards|\
Daugherty|Dixon|Hubbard|Harrington|Hampton|Hudson|Dominguez|Oconnor|Cabrera|Lester|Flowers|\
Delgado|Simpson|Ashley|Castillo|Edwards|Abbott|Munoz|Underwood|Floyd|Cruz|Barber|Nixon|Swanson|\
Barrett|Powers|Kelly|Ryan|Hernandez|Valdez|Stanton|Stafford|Hatfield|Burgess|Reyes|Baker|Dorsey|\
Myers|Melton|Palmer|Larsen|Hoover|Drake|Sutton|Pennington|Harper|Guzman|Shaffer|Randolph|Moss|\
Sullivan|Nelson|Vasquez|Long|Madden|Mejia|Duncan|Mcdaniel|Griffith|Crawford|Singh|Parsons|\
Peterson|Good|Bonilla|Schmitt|Middleton|Cortez|Maldonado|Hendricks|Lam|Velasquez|Cunningham|\
Farley|Garrett|Patton|Burke|Archer|Noble|Fry|Arroyo|Cardenas|Dunn|Coleman|Dodson|Hopkins|Gordon|\
Patterson|Ewing|Robbins|Shah|Medina|Spencer|Branch|Lee|Moody|Kirk|Brady|Bradshaw|Elliott|Ward|\
Herring|Hoffman|Mendez|Rice|Pugh|Frazier|Mccoy|Simon|Snow|Duffy|House|Manning|Cole|Hicks|Mclean|\
Reilly|Shepard|Macias|Lynch|Farmer|Hughes|Rowe|Beard"""
STREETS = """\
Brandi Knoll|Anne Harbors|Short Locks|Mccall Dale|Christopher Way|Ward Cliff|Jennifer Skyway|\
Williams Ville|Leroy Crossroad|Russell Divide|Richard Inlet|Frank Dale|Thornton Stravenue|\
Jessica Pike|Madison Spurs|Herring Key|Christopher Extensions|Harris Green|Graves Glen|\
Holmes Motorway|Katherine Mission|Benjamin Prairie|Darlene Bypass|Meyers Cliffs|\
Deborah Motorway|Lisa Pike|Jenna Shoal|Thomas Point|Amy View|Smith Trail|Dalton Rest|\
Hudson Isle|Hunt Ville|Derek Brooks|Jessica Brook|Blackwell Fields|Robert Circle|Robles Center|\
Michael Village|Ricky Mill|Munoz River|Chambers Port|Gutierrez Burgs|Lang Field|Brown Court|\
Anthony Brooks|Richard Spurs|Marcus Turnpike|Alvarez Walks|Amanda Locks|Johnson Path|\
Mary Common|Howard Courts|Donaldson Drives|Moyer Alley|Morgan Plaza|Ethan Tunnel|\
Danielle Gardens|Dougherty Orchard|Williams Garden|Murphy Freeway|Perez Wells|Ford Wells|\
Paul Trail|Fernando Prairie|Gloria Stravenue|Zoe Brook|Madison Pass|Benjamin Trail|Ashley Drive|\
Emily Light|Robert Port|Dawson Dam|Dixon Place|Jones Lodge|Church Meadows|Sanchez Light|\
Sabrina Garden|Sanders Prairie|Mary Harbor|Daniels Rapids|Mcdowell Harbor|Cheryl Ways|\
Maynard Coves|Douglas Lock|Katrina Street|Hamilton Cove|Munoz Estates|Matthew Loop|Brittany Way|\
Gill Creek|Reed Road|Miranda Roads|James Glens|Jennifer Islands|James Canyon|Arnold Bypass|\
Adams Stream|Michael Curve|Christie Expressway|Russell Locks|Jones Station|Kimberly Plains|\
Gary Fords|Jeremy Pine|Lori Knolls|Moran Isle|Leah Walk|Ayala Greens|Matthew Parkway|\
Patel Drive|Rollins Summit|Young Lane|Myers Mountains|Oconnell Lodge|Frances Drives|Adam Ranch|\
Heidi Rue|Caitlin Rapids|Joseph Street|Nicholas Underpass|Alex Lake|Flores Springs|Wood Square|\
Estrada Valleys|Sandra Points|Kimberly Pass|Anthony Row|Natalie Path|Franklin Fords|\
Erickson Lodge|Smith Dale|Jackson Mill|Sabrina Unions|Dawn Lodge|Hall Well|Williams River|\
Joseph Parkways|Pierce Lock|Baker Forks|Moore Walk|Stephen Cliff|Long Lodge|Joseph Forks|\
Kenneth Lake|Dillon Way|Mackenzie Dam|Adrian Wall|Grant Throughway|Klein Coves|Hansen Well|\
Brennan Spur|John Parks|Hill Branch|Kelly Pass|Davis Inlet|Perez Land|Valencia Drive|\
Keith Flats|Keller Tunnel|Campbell Ridge|Mariah Crest|Kelly Ways|Perez Station|Chen Knolls|\
Ramirez Locks|Delacruz Neck|Martinez Drives|Cantu Summit|Sarah Junction|Perez Springs|\
Hester Mountain|Whitney Port|Emma Parkway|Tucker Island|Christopher Island|Macdonald Forks|\
Joyce Ports|Richard Greens|Jessica Fall|Henry Square|Johnson Cape|Patrick Avenue|Darren Rapids|\
Christopher Mountain|Melanie Pike|Jones Fall|Jeremy Mall|Wells Alley|Clark Track|\
Christina Grove|Brandi Squares|Wilcox Springs|Davidson Ranch|Johnathan Cove|Joshua Square|\
Christine Shoals|Nicholas Ports|Harris Pass|Anita Square|Martinez Mission|White Plaza|\
Anderson Glens|Miller Parkways|Wilkins Wall|Shawn Keys|Rowe Loop|Sergio Avenue|Walker Garden|\
Woods Divide|Scott Lake|Greene Drive|Jacob Path|Sophia Drives|Johnson Ways|Katie Mountain|\
Byrd Loop|Lee Lock|Kristin Unions|Barron Springs|Jennifer Falls|Hernandez Spurs|Nolan Ports|\
Carly Bypass|Tony Rapids|Peters Flat|Bradley Dale|Scott Spring|Donna Coves|Middleton Roads|\
Mcclure Junction|Jennings Estates|Grant Knolls|Myers Shore|Singleton Mountain|Dwayne Throughway|\
Karen Lock|Zimmerman Fords|Padilla Brooks|Clark Walk"""
CITIES = """\
Richardschester|Lake Adam|New Dawn|Parkerside|North Cassidyfort|East Robertstad|Christophertown|\
New Tammy|New Michellehaven|Ericview|New Sergiobury|Cruzhaven|Jeremyshire|Selenaton|\
West Courtney|Brownhaven|Grahamfurt|North Ryanberg|North David|Wrightview|Patrickstad|\
Nathanielborough|West Zacharytown|South Lori|Martinstad|New Annaland|Ashleyhaven|\
Port Yolandaberg|Johnsonbury|Colinborough|Lake Elizabeth|South James|Baileyview|Terriside|\
East Steven|Tonyaview|North Donnamouth|Monicamouth|North Cherylport|East Jenniferborough|\
Michelleland|Shawchester|North Brittneymouth|Grantbury|Nunezport|North Maryview|\
Port Theresamouth|Tiffanyport|Port Jeanettehaven|West Carla|Barnesshire|West Stephanie|\
Prestonville|Brookshaven|East Jasminfort|Johnsonland|Coreyburgh|South Alexis|Aliciaville|\
South Juan|Reynoldston|Lake Olivia|Jamesberg|Port Kevin|East Andrea|Amyburgh|Port Lori|\
Schaeferburgh|Port Ann|Lake John|Laurentown|Tylerborough|South Garyhaven|Lewisside|Garcialand|\
Port Patriciatown|Lake Randy|Tracistad|Scottland|New John|Port Brandon|New Lisamouth|\
South Jennifer|New Courtney|Alexanderberg|Elizabethstad|Warrenview|North Timothy|New Randy|\
Turnerberg|Cardenasmouth|Melissafurt|Rileyhaven|Emilyshire|East Ryan|Wyatthaven|Port Carla|\
Starkview|Turnerhaven|Port Jessicaview|Vazqueztown|New Dakota|Tiffanytown|East Christine|\
Chelseaview|Lake Vickitown|New Sabrinaburgh|Suzannebury|Morrowstad|Christopherchester|\
Lake Angelburgh|New Amandastad|Port Samantha|West Jack|South Dominique|Willisbury|North Ryanton|\
New Christopher|Martinborough|West Teresamouth|Toddfort|Josephland|Brockburgh|New Jonathonfurt|\
Fisherburgh|Mirandaville|Port Jacobfort|Glendaville|Bakerville|Williamside|North Blaketown|\
North Ricky|Blackwellmouth|North Jacqueline|North Jason|North Carolfurt|New Jessica|Richardside|\
Lake Maryside|New Shelly|Lake Jared|Port Christopher|Robertsview|South Gail|New Kimland|\
Lake Justinberg|North Stephanie|Lake Loriberg|Bethland|West Jamiemouth|Faithfort|\
North Lesliefurt|Danielsside|Stonebury|Lake Reginald|Eddieland|East Austin|Lake Carlosview|\
Michaelfort|Vargasmouth"""
