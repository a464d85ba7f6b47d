{%- macro one_unicode_form(text) -%}{{ return(adapter.dispatch('one_unicode_form', 'commerce_marts')(text)) }}{%- endmacro -%}

{%- macro default__one_unicode_form(text) -%}{{ text }}{%- endmacro -%}

{%- macro duckdb__one_unicode_form(text) -%}nfc_normalize({{ text }}){%- endmacro -%}

{#-
    Spark has no function for it. A text with combining marks is read letter by letter, and a letter with its mark
    becomes one where Unicode has one: Latin, Greek and Cyrillic, if the marks are in Unicode's order.
-#}
{%- macro spark__one_unicode_form(text) -%}
{%- set separate = [] -%}
{%- set composed = [] -%}
{%- for mark, letters in letters_with_marks().items() -%}
    {%- for letter in letters[0] -%}{%- do separate.append(letter ~ mark) -%}{%- endfor -%}
    {%- do composed.extend(letters[1] | list) -%}
{%- endfor -%}
translate(case when {{ text }} rlike '[\u0300-\u036f]' then aggregate(
    split({{ text }}, ''),
    '',
    (done, letter) -> concat(
        left(done, length(done) - 1),
        coalesce(
            try_element_at(
                map_from_arrays(split({{ sql_text(separate | join(' ')) }}, ' '), split({{ sql_text(composed | join(' ')) }}, ' ')),
                concat(right(done, 1), letter)
            ),
            concat(right(done, 1), letter)
        )
    )
) else {{ text }} end, '\u212a\u212b\u2126', 'K\u00c5\u03a9')
{%- endmacro -%}

{#- By mark, the letters that Unicode has with it (before, after), from its data file. -#}
{%- macro letters_with_marks() -%}
{{ return({
    '\u0300': ['AEIOUaeiouÜüNnЕИеиĒēŌōWwÂâĂăÊêÔôƠơƯưYyἀἁἈἉἐἑἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩαεηιουωΑΕΗ᾿ϊΙ῾ϋΥ¨ΟΩ', 'ÀÈÌÒÙàèìòùǛǜǸǹЀЍѐѝḔḕṐṑẀẁẦầẰằỀềỒồỜờỪừỲỳἂἃἊἋἒἓἚἛἢἣἪἫἲἳἺἻὂὃὊὋὒὓὛὢὣὪὫὰὲὴὶὸὺὼᾺῈῊ῍ῒῚ῝ῢῪ῭ῸῺ'],
    '\u0301': ['AEIOUYaeiouyCcLlNnRrSsZzÜüGgÅåÆæØø¨ΑΕΗΙΟΥΩϊαεηιϋουωϒГКгкÇçĒēÏïKkMmÕõŌōPpŨũWwÂâĂăÊêÔôƠơƯưἀἁἈἉἐἑἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩ᾿῾', 'ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǗǘǴǵǺǻǼǽǾǿ΅ΆΈΉΊΌΎΏΐάέήίΰόύώϓЃЌѓќḈḉḖḗḮḯḰḱḾḿṌṍṒṓṔṕṸṹẂẃẤấẮắẾếỐốỚớỨứἄἅἌἍἔἕἜἝἤἥἬἭἴἵἼἽὄὅὌὍὔὕὝὤὥὬὭ῎῞'],
    '\u0302': ['AEIOUaeiouCcGgHhJjSsWwYyZzẠạẸẹỌọ', 'ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑẬậỆệỘộ'],
    '\u0303': ['ANOanoIiUuVvÂâĂăEeÊêÔôƠơƯưYy', 'ÃÑÕãñõĨĩŨũṼṽẪẫẴẵẼẽỄễỖỗỠỡỮữỸỹ'],
    '\u0304': ['AaEeIiOoUuÜüÄäȦȧÆæǪǫÖöÕõȮȯYyИиУуGgḶḷṚṛαΑιΙυΥ', 'ĀāĒēĪīŌōŪūǕǖǞǟǠǡǢǣǬǭȪȫȬȭȰȱȲȳӢӣӮӯḠḡḸḹṜṝᾱᾹῑῙῡῩ'],
    '\u0306': ['AaEeGgIiOoUuУИиуЖжАаЕеȨȩẠạαΑιΙυΥ', 'ĂăĔĕĞğĬĭŎŏŬŭЎЙйўӁӂӐӑӖӗḜḝẶặᾰᾸῐῘῠῨ'],
    '\u0307': ['CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsŚśŠšṢṣTtWwXxYyſ', 'ĊċĖėĠġİŻżȦȧȮȯḂḃḊḋḞḟḢḣṀṁṄṅṖṗṘṙṠṡṤṥṦṧṨṩṪṫẆẇẊẋẎẏẛ'],
    '\u0308': ['AEIOUaeiouyYΙΥιυϒЕІеіАаӘәЖжЗзИиОоӨөЭэУуЧчЫыHhÕõŪūWwXxt', 'ÄËÏÖÜäëïöüÿŸΪΫϊϋϔЁЇёїӒӓӚӛӜӝӞӟӤӥӦӧӪӫӬӭӰӱӴӵӸӹḦḧṎṏṺṻẄẅẌẍẗ'],
    '\u0309': ['AaÂâĂăEeÊêIiOoÔôƠơUuƯưYy', 'ẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ'],
    '\u030a': ['AaUuwy', 'ÅåŮůẘẙ'],
    '\u030b': ['OoUuУу', 'ŐőŰűӲӳ'],
    '\u030c': ['CcDdEeLlNnRrSsTtZzAaIiOoUuÜüGgKkƷʒjHh', 'ČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǙǚǦǧǨǩǮǯǰȞȟ'],
    '\u030f': ['AaEeIiOoRrUuѴѵ', 'ȀȁȄȅȈȉȌȍȐȑȔȕѶѷ'],
    '\u0311': ['AaEeIiOoRrUu', 'ȂȃȆȇȊȋȎȏȒȓȖȗ'],
    '\u0313': ['αΑεΕηΗιΙοΟυωΩρ', 'ἀἈἐἘἠἨἰἸὀὈὐὠὨῤ'],
    '\u0314': ['αΑεΕηΗιΙοΟυΥωΩρΡ', 'ἁἉἑἙἡἩἱἹὁὉὑὙὡὩῥῬ'],
    '\u031b': ['OoUu', 'ƠơƯư'],
    '\u0323': ['BbDdHhKkLlMmNnRrSsTtVvWwZzAaEeIiOoƠơUuƯưYy', 'ḄḅḌḍḤḥḲḳḶḷṂṃṆṇṚṛṢṣṬṭṾṿẈẉẒẓẠạẸẹỊịỌọỢợỤụỰựỴỵ'],
    '\u0324': ['Uu', 'Ṳṳ'],
    '\u0325': ['Aa', 'Ḁḁ'],
    '\u0326': ['SsTt', 'ȘșȚț'],
    '\u0327': ['CcGgKkLlNnRrSsTtEeDdHh', 'ÇçĢģĶķĻļŅņŖŗŞşŢţȨȩḐḑḨḩ'],
    '\u0328': ['AaEeIiUuOo', 'ĄąĘęĮįŲųǪǫ'],
    '\u032d': ['DdEeLlNnTtUu', 'ḒḓḘḙḼḽṊṋṰṱṶṷ'],
    '\u032e': ['Hh', 'Ḫḫ'],
    '\u0330': ['EeIiUu', 'ḚḛḬḭṴṵ'],
    '\u0331': ['BbDdKkLlNnRrTtZzh', 'ḆḇḎḏḴḵḺḻṈṉṞṟṮṯẔẕẖ'],
    '\u0338': ['←→↔⇐⇔⇒∃∈∋∣∥∼≃≅≈=≡≍<>≤≥≲≳≶≷≺≻⊂⊃⊆⊇⊢⊨⊩⊫≼≽⊑⊒⊲⊳⊴⊵', '↚↛↮⇍⇎⇏∄∉∌∤∦≁≄≇≉≠≢≭≮≯≰≱≴≵≸≹⊀⊁⊄⊅⊈⊉⊬⊭⊮⊯⋠⋡⋢⋣⋪⋫⋬⋭'],
    '\u0342': ['ἀἁἈἉἠἡἨἩἰἱἸἹὐὑὙὠὡὨὩα¨η᾿ιϊ῾υϋω', 'ἆἇἎἏἦἧἮἯἶἷἾἿὖὗὟὦὧὮὯᾶ῁ῆ῏ῖῗ῟ῦῧῶ'],
    '\u0345': ['ἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὰαάᾶΑὴηήῆΗὼωώῶΩ', 'ᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯᾲᾳᾴᾷᾼῂῃῄῇῌῲῳῴῷῼ'],
}) }}
{%- endmacro -%}
