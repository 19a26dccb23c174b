"""Names of months, weekdays and halves of the day, from the Unicode CLDR (Babel 2.19.0): made by a script."""

MONTHS = {
    1: (
        "january jan januar janvier janv enero ene janeiro gennaio gen januari tammikuuta tammi tammikuu stycznia "
        "sty styczeń ledna led leden januára január ianuarie ian ocak oca января янв январь січня січ січень "
        "ιανουαρίου ιαν ιανουάριοσ"
    ),
    2: (
        "february feb februar février févr febrero fevereiro fev febbraio februari helmikuuta helmi helmikuu "
        "lutego lut luty února úno únor februára február februarie şubat şub февраля февр февраль лютого лют "
        "лютий φεβρουαρίου φεβ φεβρουάριοσ"
    ),
    3: (
        "march mar märz mär mars marzo março maart mrt marts maaliskuuta maalis maaliskuu marca marzec března bře "
        "březen marec martie mart марта мар март березня бер березень μαρτίου μαρ μάρτιοσ μάρ"
    ),
    4: (
        "april apr avril avr abril abr aprile huhtikuuta huhti huhtikuu kwietnia kwi kwiecień dubna dub duben "
        "apríla apríl aprilie nisan nis апреля апр апрель квітня квіт квітень απριλίου απρ απρίλιοσ"
    ),
    5: (
        "may mai mayo maio maggio mag mei maj toukokuuta touko toukokuu maja května kvě květen mája máj mayıs мая "
        "май травня трав травень μάιοσ μάι"
    ),
    6: (
        "june jun juni juin junio junho giugno giu kesäkuuta kesä kesäkuu czerwca cze czerwiec června čvn červen "
        "júna jún iunie iun haziran haz июня июн июнь червня черв червень ιουνίου ιουν ιούνιοσ ιούν"
    ),
    7: (
        "july jul juli juillet juil julio julho luglio lug heinäkuuta heinä heinäkuu lipca lip lipiec července "
        "čvc červenec júla júl iulie iul temmuz tem июля июл июль липня лип липень ιουλίου ιουλ ιούλιοσ ιούλ"
    ),
    8: (
        "august aug août agosto ago augustus augusti elokuuta elo elokuu sierpnia sie sierpień srpna srp srpen "
        "augusta ağustos ağu августа авг август серпня серп серпень αυγούστου αυγ αύγουστοσ αύγ"
    ),
    9: (
        "september sep sept septembre septiembre setembro set settembre syyskuuta syys syyskuu września wrz "
        "wrzesień září zář septembra septembrie eylül eyl сентября сент сентябрь вересня вер вересень σεπτεμβρίου "
        "σεπ σεπτέμβριοσ"
    ),
    10: (
        "october oct oktober okt octobre octubre outubro out ottobre ott lokakuuta loka lokakuu października paź "
        "październik října říj říjen októbra október octombrie ekim eki октября окт октябрь жовтня жовт жовтень "
        "οκτωβρίου οκτ οκτώβριοσ"
    ),
    11: (
        "november nov novembre noviembre novembro marraskuuta marras marraskuu listopada lis listopad listopadu "
        "novembra noiembrie kasım kas ноября нояб ноябрь листопада лист листопад νοεμβρίου νοε νοέμβριοσ νοέ"
    ),
    12: (
        "december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des joulukuuta joulu "
        "joulukuu grudnia gru grudzień prosince pro prosinec decembra decembrie aralık ara декабря дек декабрь "
        "грудня груд грудень δεκεμβρίου δεκ δεκέμβριοσ"
    ),
}
"""Words for each month, 1 to 12."""

WEEKDAYS = {
    7: (
        "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo söndag sön søndag søn sunnuntaina su "
        "sunnuntai niedziela niedz neděle ne nedeľa duminică dum pazar paz воскресенье вс неділя нд κυριακή κυρ"
    ),
    1: (
        "monday mon montag mo lundi lun lunes seg lunedì maandag ma måndag mån mandag man maanantaina maanantai "
        "poniedziałek pon pondělí po pondelok luni pazartesi pzt понедельник пн понеділок δευτέρα δευ"
    ),
    2: (
        "tuesday tue dienstag di mardi mar martes ter martedì dinsdag tisdag tis tirsdag tirs tir tiistaina ti "
        "tiistai wtorek wt úterý út utorok ut marți salı sal вторник вт вівторок τρίτη τρί"
    ),
    3: (
        "wednesday wed mittwoch mi mercredi mer miércoles mié qua mercoledì woensdag wo onsdag ons keskiviikkona "
        "ke keskiviikko środa śr středa st streda miercuri mie çarşamba çar среда ср середа τετάρτη τετ"
    ),
    4: (
        "thursday thu donnerstag do jeudi jeu jueves jue qui giovedì gio donderdag torsdag tors tor torstaina to "
        "torstai czwartek czw čtvrtek čt štvrtok št joi perşembe per четверг чт четвер πέμπτη πέμ"
    ),
    5: (
        "friday fri freitag fr vendredi ven viernes vie sex venerdì vrijdag vr fredag fre perjantaina pe "
        "perjantai piątek pt pátek pá piatok pi vineri vin cuma cum пятница пт пʼятниця παρασκευή παρ"
    ),
    6: (
        "saturday sat samstag sa samedi sam sábado sáb sabato sab zaterdag za lördag lör lørdag lør lauantaina la "
        "lauantai sobota sob sâmbătă sâm cumartesi cmt суббота сб субота σάββατο σάβ"
    ),
}
"""Words for each weekday, 1 (Monday) to 7."""

HALVES = {
    "am": ("am dop öö дп πμ 午前 오전 上午"),
    "pm": ("pm odp ös пп μμ 午後 오후 下午"),
}

ZONES = {
    "acre": "America/Eirunepe",
    "afghanistan": "Asia/Kabul",
    "alaska": "America/Anchorage",
    "amazon": "America/Cuiaba",
    "american samoa": "Pacific/Midway",
    "arabian": "Asia/Baghdad",
    "argentina": "America/Argentina/La_Rioja",
    "armenia": "Asia/Yerevan",
    "atlantic": "America/Halifax",
    "australian central": "Australia/Adelaide",
    "australian central western": "Australia/Eucla",
    "australian eastern": "Australia/Sydney",
    "australian western": "Australia/Perth",
    "azerbaijan": "Asia/Baku",
    "azores": "Atlantic/Azores",
    "bangladesh": "Asia/Dhaka",
    "bhutan": "Asia/Thimphu",
    "bolivia": "America/La_Paz",
    "brasilia": "America/Sao_Paulo",
    "british": "Europe/London",
    "brunei": "Asia/Brunei",
    "cape verde": "Atlantic/Cape_Verde",
    "central": "America/Chicago",
    "central africa": "Africa/Juba",
    "central european": "Europe/Berlin",
    "central indonesia": "Asia/Makassar",
    "chamorro": "Pacific/Guam",
    "chatham": "Pacific/Chatham",
    "chile": "America/Punta_Arenas",
    "china": "Asia/Shanghai",
    "christmas island": "Indian/Christmas",
    "chuuk": "Pacific/Chuuk",
    "cocos islands": "Indian/Cocos",
    "colombia": "America/Bogota",
    "cook islands": "Pacific/Rarotonga",
    "cuba": "America/Havana",
    "davis": "Antarctica/Davis",
    "east africa": "Africa/Nairobi",
    "easter island": "Pacific/Easter",
    "eastern": "America/New_York",
    "eastern european": "Europe/Athens",
    "eastern indonesia": "Asia/Jayapura",
    "ecuador": "America/Guayaquil",
    "falkland islands": "Atlantic/Stanley",
    "fernando de noronha": "America/Noronha",
    "fiji": "Pacific/Fiji",
    "french guiana": "America/Cayenne",
    "french southern territories": "Indian/Kerguelen",
    "galapagos": "Pacific/Galapagos",
    "gambier": "Pacific/Gambier",
    "georgia": "Asia/Tbilisi",
    "gilbert islands": "Pacific/Tarawa",
    "greenland": "America/Nuuk",
    "greenwich mean": "Europe/London",
    "gulf": "Asia/Dubai",
    "guyana": "America/Guyana",
    "hawaii": "Pacific/Honolulu",
    "hawaii-aleutian": "America/Adak",
    "hong kong": "Asia/Hong_Kong",
    "india": "Asia/Colombo",
    "indian ocean": "Indian/Chagos",
    "indochina": "Asia/Bangkok",
    "iran": "Asia/Tehran",
    "irkutsk": "Asia/Irkutsk",
    "israel": "Asia/Jerusalem",
    "japan": "Asia/Tokyo",
    "kamchatka": "Asia/Kamchatka",
    "kazakhstan": "Asia/Qyzylorda",
    "khovd": "Asia/Hovd",
    "korean": "Asia/Seoul",
    "kosrae": "Pacific/Kosrae",
    "krasnoyarsk": "Asia/Barnaul",
    "kyrgyzstan": "Asia/Bishkek",
    "line islands": "Pacific/Kiritimati",
    "lord howe": "Australia/Lord_Howe",
    "magadan": "Asia/Magadan",
    "malaysia": "Asia/Kuala_Lumpur",
    "maldives": "Indian/Maldives",
    "marquesas": "Pacific/Marquesas",
    "marshall islands": "Pacific/Kwajalein",
    "mauritius": "Indian/Mauritius",
    "mawson": "Antarctica/Mawson",
    "mexican pacific": "America/Mazatlan",
    "moscow": "Europe/Moscow",
    "mountain": "America/Denver",
    "myanmar": "Asia/Yangon",
    "nauru": "Pacific/Nauru",
    "nepal": "Asia/Kathmandu",
    "new caledonia": "Pacific/Noumea",
    "new zealand": "Pacific/Auckland",
    "newfoundland": "America/St_Johns",
    "niue": "Pacific/Niue",
    "norfolk island": "Pacific/Norfolk",
    "omsk": "Asia/Omsk",
    "pacific": "America/Los_Angeles",
    "pakistan": "Asia/Karachi",
    "palau": "Pacific/Palau",
    "papua new guinea": "Pacific/Port_Moresby",
    "paraguay": "America/Asuncion",
    "peru": "America/Lima",
    "philippine": "Asia/Manila",
    "phoenix islands": "Pacific/Kanton",
    "pitcairn": "Pacific/Pitcairn",
    "pohnpei": "Pacific/Pohnpei",
    "rothera": "Antarctica/Rothera",
    "réunion": "Indian/Reunion",
    "samara": "Europe/Astrakhan",
    "seychelles": "Indian/Mahe",
    "singapore": "Asia/Singapore",
    "solomon islands": "Pacific/Guadalcanal",
    "south africa": "Africa/Johannesburg",
    "south georgia": "Atlantic/South_Georgia",
    "suriname": "America/Paramaribo",
    "syowa": "Antarctica/Syowa",
    "tahiti": "Pacific/Tahiti",
    "taiwan": "Asia/Taipei",
    "tajikistan": "Asia/Dushanbe",
    "timor-leste": "Asia/Dili",
    "tokelau": "Pacific/Fakaofo",
    "tonga": "Pacific/Tongatapu",
    "turkmenistan": "Asia/Ashgabat",
    "tuvalu": "Pacific/Funafuti",
    "türkiye": "Europe/Istanbul",
    "ulaanbaatar": "Asia/Ulaanbaatar",
    "uruguay": "America/Montevideo",
    "uzbekistan": "Asia/Tashkent",
    "vanuatu": "Pacific/Efate",
    "venezuela": "America/Caracas",
    "vladivostok": "Asia/Vladivostok",
    "vostok": "Antarctica/Vostok",
    "wake island": "Pacific/Wake",
    "west africa": "Africa/Lagos",
    "west samoa": "Pacific/Apia",
    "western european": "Europe/Lisbon",
    "western indonesia": "Asia/Jakarta",
    "yakutsk": "Asia/Chita",
    "yekaterinburg": "Asia/Yekaterinburg",
    "yukon": "America/Whitehorse",
    "ürümqi": "Asia/Urumqi",
}
"""English names of zones without "time", and a place of each."""

HOURS = {
    "midnight": (
        "midnight mitternacht minuit meianoite mezzanotte middernacht midnatt midn midnat keskiyöllä keskiyö "
        "opółnocy opółn północ półn půln půlnoc opoln opolnoci poln polnoc miezulnopții lamiezulnopții geceyarısı "
        "gece полн полночь ночі північ"
    ),
    "noon": (
        "noon midi delmediodía mediodía meiodia mezzogiorno keskip keskipäivällä keskipäivä wpołudnie wpoł "
        "południe poledne napol napoludnie poludnie amiază laamiază öğle полд полдень полудень"
    ),
}
"""Words for two times of day."""
