"""Names of months, weekdays and halves of the day, from the Unicode CLDR (Babel 2.19.0): made by a script."""

MONTHS = {
    1: (
        "january jan januar janvier janv enero ene janeiro gennaio gen januari tammikuuta tammi tammikuu stycznia "
        "sty styczeń ledna led leden januára január ianuarie ian ocak oca января янв январь січня січ січень "
        "ιανουαρίου ιαν ιανουάριοσ siječnja siječanj јануар јан януари яну jaanuar jaan sausio saus sausis "
        "janvāris gener janúar"
    ),
    2: (
        "february feb februar février févr febrero fevereiro fev febbraio februari helmikuuta helmi helmikuu "
        "lutego lut luty února úno únor februára február februarie şubat şub февраля февр февраль лютого лют "
        "лютий φεβρουαρίου φεβ φεβρουάριοσ febr veljače velj veljača фебруар феб февруари фев veebruar veebr "
        "vasario vasaris februāris febrer febrúar"
    ),
    3: (
        "march mar märz mär mars marzo março maart mrt marts maaliskuuta maalis maaliskuu marca marzec března bře "
        "březen marec martie mart марта мар март березня бер березень μαρτίου μαρ μάρτιοσ μάρ március márc ožujka "
        "ožu ožujak märts kovo kovas maret març"
    ),
    4: (
        "april apr avril avr abril abr aprile huhtikuuta huhti huhtikuu kwietnia kwi kwiecień dubna dub duben "
        "apríla apríl aprilie nisan nis апреля апр апрель квітня квіт квітень απριλίου απρ απρίλιοσ április ápr "
        "travnja travanj април aprill balandžio balandis aprīlis"
    ),
    5: (
        "may mai mayo maio maggio mag mei maj toukokuuta touko toukokuu maja května kvě květen mája máj mayıs мая "
        "май травня трав травень μάιοσ μάι május svibnja svibanj мај gegužės gegužė maijs maig maí"
    ),
    6: (
        "june jun juni juin junio junho giugno giu kesäkuuta kesä kesäkuu czerwca cze czerwiec června čvn červen "
        "júna jún iunie iun haziran haz июня июн июнь червня черв червень ιουνίου ιουν ιούνιοσ ιούν június lipnja "
        "lipanj јун юни junij juuni birželio birž birželis jūnijs jūn juny júní"
    ),
    7: (
        "july jul juli juillet juil julio julho luglio lug heinäkuuta heinä heinäkuu lipca lip lipiec července "
        "čvc červenec júla júl iulie iul temmuz tem июля июл июль липня лип липень ιουλίου ιουλ ιούλιοσ ιούλ "
        "július srpnja srpanj јул юли julij juuli liepos liep liepa jūlijs jūl juliol júlí"
    ),
    8: (
        "august aug août agosto ago augustus augusti elokuuta elo elokuu sierpnia sie sierpień srpna srp srpen "
        "augusta ağustos ağu августа авг август серпня серп серпень αυγούστου αυγ αύγουστοσ αύγ augusztus "
        "kolovoza kolovoz avgust rugpjūčio rugp rugpjūtis augusts agustus agost ágúst ágú"
    ),
    9: (
        "september sep sept septembre septiembre setembro set settembre syyskuuta syys syyskuu września wrz "
        "wrzesień září zář septembra septembrie eylül eyl сентября сент сентябрь вересня вер вересень σεπτεμβρίου "
        "σεπ σεπτέμβριοσ szeptember szept rujna rujan септембар сеп септември rugsėjo rugs rugsėjis septembris "
        "setembre"
    ),
    10: (
        "october oct oktober okt octobre octubre outubro out ottobre ott lokakuuta loka lokakuu października paź "
        "październik října říj říjen októbra október octombrie ekim eki октября окт октябрь жовтня жовт жовтень "
        "οκτωβρίου οκτ οκτώβριοσ октобар октомври oktoober spalio spal spalis oktobris"
    ),
    11: (
        "november nov novembre noviembre novembro marraskuuta marras marraskuu listopada lis listopad listopadu "
        "novembra noiembrie kasım kas ноября нояб ноябрь листопада лист листопад νοεμβρίου νοε νοέμβριοσ νοέ "
        "studenoga studeni новембар нов ноември ное lapkričio lapkr lapkritis novembris nóvember nóv"
    ),
    12: (
        "december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des joulukuuta joulu "
        "joulukuu grudnia gru grudzień prosince pro prosinec decembra decembrie aralık ara декабря дек декабрь "
        "грудня груд грудень δεκεμβρίου δεκ δεκέμβριοσ prosinca prosinac децембар дец декември detsember dets "
        "gruodžio gruod gruodis decembris desembre"
    ),
}
"""Words for each month, 1 to 12."""

WEEKDAYS = {
    7: (
        "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo söndag sön søndag søn sunnuntaina su "
        "sunnuntai niedziela niedz neděle ne nedeľa duminică dum pazar paz воскресенье вс неділя нд κυριακή κυρ "
        "vasárnap nedjelja недеља неделя nedelja pühapäev sekmadienis svētdiena svētd minggu diumenge sunnudagur"
    ),
    1: (
        "monday mon montag mo lundi lun lunes segunda seg lunedì maandag ma måndag mån mandag man maanantaina "
        "maanantai poniedziałek pon pondělí po pondelok luni pazartesi pzt понедельник пн понеділок δευτέρα δευ "
        "hétfő ponedjeljak понедељак понеделник ponedeljek esmaspäev pirmadienis pirmdiena pirmd senin dilluns "
        "mánudagur"
    ),
    2: (
        "tuesday tue dienstag di mardi mar martes terça ter martedì dinsdag tisdag tis tirsdag tirs tir tiistaina "
        "ti tiistai wtorek wt úterý út utorok ut marți salı sal вторник вт вівторок τρίτη τρί kedd utorak уторак "
        "torek teisipäev antradienis otrdiena otrd selasa dimarts þriðjudagur"
    ),
    3: (
        "wednesday wed mittwoch mi mercredi mer miércoles mié quarta qua mercoledì woensdag wo onsdag ons "
        "keskiviikkona ke keskiviikko środa śr středa st streda miercuri mie çarşamba çar среда ср середа τετάρτη "
        "τετ szerda srijeda сряда sreda kolmapäev trečiadienis trešdiena trešd rabu dimecres miðvikudagur"
    ),
    4: (
        "thursday thu donnerstag do jeudi jeu jueves jue quinta qui giovedì gio donderdag torsdag tors tor "
        "torstaina to torstai czwartek czw čtvrtek čt štvrtok št joi perşembe per четверг чт четвер πέμπτη πέμ "
        "csütörtök četvrtak четвртак четвъртък četrtek neljapäev ketvirtadienis ceturtdiena ceturtd kamis dijous "
        "fimmtudagur"
    ),
    5: (
        "friday fri freitag fr vendredi ven viernes vie sexta sex venerdì vrijdag vr fredag fre perjantaina pe "
        "perjantai piątek pt pátek pá piatok pi vineri vin cuma cum пятница пт пʼятниця παρασκευή παρ péntek "
        "petak петак петък petek reede penktadienis piektdiena piektd jumat divendres föstudagur"
    ),
    6: (
        "saturday sat samstag sa samedi sam sábado sáb sabato sab zaterdag za lördag lör lørdag lør lauantaina la "
        "lauantai sobota sob sâmbătă sâm cumartesi cmt суббота сб субота σάββατο σάβ szombat subota събота "
        "laupäev šeštadienis sestdiena sestd sabtu dissabte laugardagur"
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

UNITS = {
    "year": (
        "year years yrs jahr jahre ans año años ano anos anno anni jaar år vuosi vuotta rok lata lat roku roky "
        "let rokov roka ani yıl год года лет рік роки років року έτοσ έτη έτ év godina godine године leto leti "
        "aasta aastat metai metų gads gadi tahun thn any anys ár 年 년"
    ),
    "month": (
        "month months mth mths monat monate mon mois mes meses mês mese mesi maand maanden mnd månad månader mån "
        "måned måneder mdr kuukausi kuukautta miesiąc miesiące miesięcy miesiąca mies měsíc měsíce měsíců měs "
        "mesiac mesiace mesiacov mesiaca lună luni месяц месяца месяцев мес місяць місяці місяців місяця міс "
        "μήνασ μήνεσ μήν hónap mjesec mjeseca mjeseci месец месеца месеци mesec meseca mesecev meseci kuu kuud "
        "mėnuo mėnesiai mėnesio mėn mēnesis mēneši mēn bulan bln mesos mánuður mánuðir mán か月 개월 个月 個月"
    ),
    "day": (
        "day days tag tage jour jours día días dia dias giorno giorni dag dagen dygn dage døgn päivä päivää dzień "
        "dni dnia den dny dnů dne deň dní dňa zile gün день дня дней дн дні днів ημέρα ημέρεσ nap dan dana дан "
        "дана ден дни dneva ööpäev ööpäeva päev päeva diena dienos dienas hari dies dagur dagar 日 일 天"
    ),
    "hour": (
        "hour hours stunde stunden std heure heures hora horas ora ore uur timme timmar tim time timer tunti "
        "tuntia godzina godziny godzin godz hodina hodiny hodin hodín oră saat час часа часов година години годин "
        "ώρα ώρεσ óra sat sata sati сат сата сати ura uri ure tund tundi valanda valandos val stunda stundas jam "
        "hores klukkustund klukkustundir klst 時間 시간 小时 小時"
    ),
    "minute": (
        "minute minutes min minuten minuto minutos minuti minuut minut minuter minutter minutt minuutti minuuttia "
        "minuta minuty minúta minúty minút dakika минута минуты минут мин хвилина хвилини хвилин хв λεπτό λεπτά "
        "perc минути minutit minutė minutės minūte minūtes menit mnt minuts mínúta mínútur mín 分 분 分钟 分鐘"
    ),
    "second": (
        "second seconds sec sekunde sekunden sek seconde secondes segundo segundos secondo secondi seconden "
        "sekund sekunder sekunti sekuntia sekunda sekundy sekúnd secundă secunde saniye секунда секунды секунд "
        "секунди δευτερόλεπτο δευτερόλεπτα δευτ másodperc sekundi секунде сек sekundit sekundė sekundės sekundes "
        "detik dtk segon segons sekúnda sekúndur 秒 초 秒钟"
    ),
}
"""Words for lengths of time, by the English one."""

CITIES = {
    "Africa/Cairo": ("kairo, le caire, el cairo, il cairo, kair, káhira, kahire, каир, カイロ, 카이로, 开罗"),
    "Africa/Casablanca": ("kazablanka, касабланка, カサブランカ, 카사블랑카, 卡萨布兰卡"),
    "Africa/Johannesburg": ("johannesburgo, joanesburgo, йоханнесбург, ヨハネスブルグ, 요하네스버그, 约翰内斯堡"),
    "Africa/Juba": ("giuba, dżuba, cuba, джуба, ジュバ, 주바, 朱巴"),
    "Africa/Khartoum": ("khartum, jartum, cartum, khartoem, chartum, hartum, хартум, ハルツーム, 카르툼, 喀土穆"),
    "Africa/Lagos": ("лагос, ラゴス, 라고스, 拉各斯"),
    "Africa/Nairobi": ("найроби, ナイロビ, 나이로비, 内罗毕"),
    "Africa/Sao_Tome": ("santo tomé, svatý tomáš, сан-томе, サントメ, 상투메, 圣多美"),
    "Africa/Tripoli": ("tripolis, trypolis, trablus, триполи, トリポリ, 트리폴리, 的黎波里"),
    "Africa/Windhoek": ("windhuk, виндхук, ウィントフック, 빈트후크, 温得和克"),
    "America/Adak": ("адак, アダック, 에이닥, 埃达克"),
    "America/Anchorage": ("анкоридж, アンカレッジ, 앵커리지, 安克雷奇"),
    "America/Araguaina": ("арагуаина, アラグァイナ, 아라과이나, 阿拉瓜伊纳"),
    "America/Asuncion": ("assunção, асунсьон, アスンシオン, 아순시온, 亚松森"),
    "America/Bahia": ("salvador, баия, バイーア, 바히아, 巴伊亚"),
    "America/Bogota": ("богота, ボゴタ, 보고타, 波哥大"),
    "America/Cancun": ("канкун, カンクン, 칸쿤, 坎昆"),
    "America/Caracas": ("каракас, カラカス, 카라카스, 加拉加斯"),
    "America/Cayenne": ("cayena, caiena, caienna, kajenna, кайенна, カイエンヌ, 카옌, 卡宴"),
    "America/Chicago": ("чикаго, シカゴ, 시카고, 芝加哥"),
    "America/Cuiaba": ("куяба, クイアバ, 쿠이아바, 库亚巴"),
    "America/Denver": ("денвер, デンバー, 덴버, 丹佛"),
    "America/Edmonton": ("эдмонтон, エドモントン, 에드먼턴, 埃德蒙顿"),
    "America/Grand_Turk": ("gran turca, гранд-терк, グランドターク, 그랜드 터크, 大特克"),
    "America/Guatemala": ("gwatemala, гватемала, グアテマラ, 과테말라, 危地马拉"),
    "America/Halifax": ("галифакс, ハリファクス, 핼리팩스, 哈利法克斯"),
    "America/Havana": ("havanna, la havane, la habana, l’avana, hawana, гавана, ハバナ, 하바나, 哈瓦那"),
    "America/La_Paz": ("ла-пас, ラパス, 라파스, 拉巴斯"),
    "America/Los_Angeles": ("лос-анджелес, ロサンゼルス, 로스앤젤레스, 洛杉矶"),
    "America/Mazatlan": ("масатлан, マサトラン, 마사틀란, 马萨特兰"),
    "America/Mexico_City": (
        "mexiko-stadt, mexico, ciudad de méxico, cidade do méxico, città del "
        "messico, mexico-stad, mexico by, meksyk, мехико, メキシコシティー, 멕시코 시티, 墨西哥城"
    ),
    "America/Miquelon": ("saint-pierre, микелон, ミクロン島, 미클롱, 密克隆"),
    "America/Montevideo": ("montevidéu, монтевидео, モンテビデオ, 몬테비데오, 蒙得维的亚"),
    "America/New_York": ("nueva york, nova york, nowy jork, нью-йорк, ニューヨーク, 뉴욕, 纽约"),
    "America/Phoenix": ("финикс, フェニックス, 피닉스, 凤凰城"),
    "America/Port-au-Prince": ("puerto príncipe, porto príncipe, порт-о-пренс, ポルトープランス, 포르토프랭스, 太子港"),
    "America/Punta_Arenas": ("пунта-аренас, プンタアレナス, 푼타아레나스, 蓬塔阿雷纳斯"),
    "America/Regina": ("реджайна, レジャイナ, 리자이나, 里贾纳"),
    "America/Santiago": ("santiago de chile, сантьяго, サンチアゴ, 산티아고, 圣地亚哥"),
    "America/Sao_Paulo": ("san paolo, сан-паулу, サンパウロ, 상파울루, 圣保罗"),
    "America/St_Johns": (
        "st. john’s, saint-jean de terre-neuve, san juan de terranova, saint "
        "john’s, сент-джонс, セントジョンズ, 세인트존스, 圣约翰斯"
    ),
    "America/Tijuana": ("тихуана, ティフアナ, 티후아나, 蒂华纳"),
    "America/Vancouver": ("ванкувер, バンクーバー, 벤쿠버, 温哥华"),
    "America/Whitehorse": ("уайтхорс, ホワイトホース, 화이트호스, 怀特霍斯"),
    "America/Winnipeg": ("виннипег, ウィニペグ, 위니펙, 温尼伯"),
    "Asia/Amman": ("amã, амман, アンマン, 암만, 安曼"),
    "Asia/Baghdad": ("bagdad, bagdá, bağdat, багдад, バグダッド, 바그다드, 巴格达"),
    "Asia/Baku": ("bakou, bakoe, баку, バクー, 바쿠, 巴库"),
    "Asia/Bangkok": ("бангкок, バンコク, 방콕, 曼谷"),
    "Asia/Barnaul": ("barnauł, барнаул, バルナウル, 바르나울, 巴尔瑙尔"),
    "Asia/Beirut": ("beyrouth, beirute, beiroet, bejrut, beyrut, бейрут, ベイルート, 베이루트, 贝鲁特"),
    "Asia/Bishkek": ("bischkek, bichkek, bisjkek, biškek, biszkek, бишкек, ビシュケク, 비슈케크, 比什凯克"),
    "Asia/Chita": ("tschita, tchita, čita, tjita, tsjita, tšita, czyta, чита, チタ, 치타, 赤塔"),
    "Asia/Colombo": ("kolombo, коломбо, コロンボ, 콜롬보, 科伦坡"),
    "Asia/Damascus": (
        "damaskus, damas, damasco, damaskos, damaszek, damašek, şam, дамаск, ダマスカス, 다마스쿠스, 大马士革"
    ),
    "Asia/Dhaka": ("daca, dacca, dakka, дакка, ダッカ, 다카, 达卡"),
    "Asia/Dubai": ("dubaj, дубай, ドバイ, 두바이, 迪拜"),
    "Asia/Hebron": ("el halil, хеврон, ヘブロン, 헤브론, 希伯伦"),
    "Asia/Hovd": ("chowd, khovd, chovd, kobdo, ховд, ホブド, 호브드, 科布多"),
    "Asia/Irkutsk": ("irkoutsk, irkoetsk, irkuck, иркутск, イルクーツク, 이르쿠츠크, 伊尔库茨克"),
    "Asia/Jerusalem": (
        "jerusalén, gerusalemme, jeruzalem, jerozolima, kudüs, иерусалим, エルサレム, 예루살렘, 耶路撒冷"
    ),
    "Asia/Kabul": ("kaboul, cabul, kabil, кабул, カブール, 카불, 喀布尔"),
    "Asia/Kamchatka": (
        "kamtschatka, kamtchatka, kamtsjatka, kamtjatka, kamtšatka, kamczatka, "
        "kamčatka, петропавловск-камчатский, カムチャッカ, 캄차카, 堪察加"
    ),
    "Asia/Karachi": ("karatschi, karaczi, karáčí, карачи, カラチ, 카라치, 卡拉奇"),
    "Asia/Krasnoyarsk": ("krasnojarsk, krasnoïarsk, красноярск, クラスノヤルスク, 크라스노야르스크, 克拉斯诺亚尔斯克"),
    "Asia/Magadan": ("магадан, マガダン, 마가단, 马加丹"),
    "Asia/Novosibirsk": (
        "nowosibirsk, novossibirsk, nowosybirsk, новосибирск, ノヴォシビルスク, 노보시비르스크, 新西伯利亚"
    ),
    "Asia/Omsk": ("омск, オムスク, 옴스크, 鄂木斯克"),
    "Asia/Pyongyang": ("pjöngjang, pchjongjang, пхеньян, 平壌, 평양, 平壤"),
    "Asia/Qyzylorda": (
        "qysylorda, kzyl orda, kyzylorda, qızılorda, kyzyłorda, kızılorda, "
        "кызылорда, クズロルダ, 키질로르다, 克孜洛尔达"
    ),
    "Asia/Riyadh": ("riad, riyad, riade, rijad, эр-рияд, リヤド, 리야드, 利雅得"),
    "Asia/Sakhalin": ("sachalin, sakhaline, sajalín, sacalina, sahalin, о-в сахалин, サハリン, 사할린, 萨哈林"),
    "Asia/Seoul": ("seúl, soul, сеул, ソウル, 서울, 首尔"),
    "Asia/Shanghai": ("xangai, sjanghai, szanghaj, šanghaj, şanghay, шанхай, 上海, 상하이"),
    "Asia/Singapore": ("singapur, singapour, singapura, сингапур, シンガポール, 싱가포르, 新加坡"),
    "Asia/Srednekolymsk": (
        "srednekolimsk, sriedniekołymsk, среднеколымск, スレドネコリムスク, 스레드네콜림스크, 中科雷姆斯克"
    ),
    "Asia/Taipei": ("taipeh, tajpej, tchaj-pej, тайбэй, 台北, 타이베이"),
    "Asia/Tashkent": ("taschkent, tachkent, taskent, tasjkent, taszkient, ташкент, タシケント, 타슈켄트, 塔什干"),
    "Asia/Tbilisi": ("tiflis, tbilissi, тбилиси, トビリシ, 트빌리시, 第比利斯"),
    "Asia/Tehran": ("teheran, teerã, tahran, тегеран, テヘラン, 테헤란, 德黑兰"),
    "Asia/Tokyo": ("tokio, tóquio, токио, 東京, 도쿄, 东京"),
    "Asia/Tomsk": ("томск, トムスク, 톰스크, 托木斯克"),
    "Asia/Ulaanbaatar": (
        "oulan-bator, ulán bator, ułan bator, ulánbátar, ulan batur, улан-батор, ウランバートル, 울란바토르, 乌兰巴托"
    ),
    "Asia/Vladivostok": ("wladiwostok, władywostok, владивосток, ウラジオストク, 블라디보스토크, 海参崴"),
    "Asia/Yakutsk": ("jakutsk, iakoutsk, jakoetsk, jakuck, якутск, ヤクーツク, 야쿠츠크, 雅库茨克"),
    "Asia/Yekaterinburg": (
        "jekaterinburg, ekaterinbourg, ekaterimburgo, ecaterimburgo, "
        "ekaterinburg, jekaterinenburg, jekaterynburg, екатеринбург, エカテリンブルグ, "
        "예카테린부르크, 叶卡捷琳堡"
    ),
    "Asia/Yerevan": ("eriwan, erevan, jerevan, erywań, erivan, ереван, エレバン, 예레반, 埃里温"),
    "Europe/Amsterdam": ("amsterdã, амстердам, アムステルダム, 암스테르담, 阿姆斯特丹"),
    "Europe/Andorra": ("andorre, andora, андорра, アンドラ, 안도라, 安道尔"),
    "Europe/Astrakhan": ("astrachan, astracán, astracã, astrahan, астрахань, アストラハン, 아스트라한, 阿斯特拉罕"),
    "Europe/Athens": (
        "athen, athènes, atenas, atene, athene, aten, ateena, ateny, athény, atina, афины, アテネ, 아테네, 雅典"
    ),
    "Europe/Belgrade": ("belgrad, belgrado, beograd, bělehrad, белград, ベオグラード, 베오그라드, 贝尔格莱德"),
    "Europe/Berlin": ("berlim, berlino, berlijn, berliini, берлин, ベルリン, 베를린, 柏林"),
    "Europe/Bratislava": ("bratysława, братислава, ブラチスラバ, 브라티슬라바, 布拉迪斯拉发"),
    "Europe/Brussels": (
        "brüssel, bruxelles, bruselas, bruxelas, bryssel, bruksela, brusel, "
        "brüksel, брюссель, ブリュッセル, 브뤼셀, 布鲁塞尔"
    ),
    "Europe/Bucharest": (
        "bukarest, bucarest, bucareste, boekarest, bucurești, bukareszt, "
        "bukurešť, bükreş, бухарест, ブカレスト, 부쿠레슈티, 布加勒斯特"
    ),
    "Europe/Budapest": ("budapeste, boedapest, budapeszt, будапешт, ブダペスト, 부다페스트, 布达佩斯"),
    "Europe/Busingen": ("büsingen am hochrhein, бюзинген-на-верхнем-рейне, ビュージンゲン, 뷔지겐, 布辛根"),
    "Europe/Chisinau": ("kiszyniów, kišiněv, кишинев, キシナウ, 키시나우, 基希讷乌"),
    "Europe/Copenhagen": (
        "kopenhagen, copenhague, copenaghen, köpenhamn, københavn, kööpenhamina, "
        "kopenhaga, kodaň, kopenhag, копенгаген, コペンハーゲン, 코펜하겐, 哥本哈根"
    ),
    "Europe/Dublin": ("dublino, дублин, ダブリン, 더블린, 都柏林"),
    "Europe/Gibraltar": ("gibilterra, cebelitarık, гибралтар, ジブラルタル, 지브롤터, 直布罗陀"),
    "Europe/Guernsey": ("guernesey, гернси, ガーンジー, 건지, 根西岛"),
    "Europe/Helsinki": ("helsinque, helsingfors, helsinky, хельсинки, ヘルシンキ, 헬싱키, 赫尔辛基"),
    "Europe/Isle_of_Man": (
        "île de man, isla de man, ilha de man, isola di man, man, mansaari, wyspa"
        " man, ostrov man, man adası, о-в мэн, マン島, 맨섬, 马恩岛"
    ),
    "Europe/Istanbul": ("estambul, istambul, istanboel, stambuł, стамбул, イスタンブール, 이스탄불, 伊斯坦布尔"),
    "Europe/Jersey": ("джерси, ジャージー, 저지, 泽西岛"),
    "Europe/Kaliningrad": ("kaliningrado, калининград, カリーニングラード, 칼리닌그라드, 加里宁格勒"),
    "Europe/Kirov": ("kirow, киров, キーロフ, 키로프, 基洛夫"),
    "Europe/Kyiv": ("kiew, kiev, kiova, kijów, kyjev, киев, キーウ, 키예프, 基辅"),
    "Europe/Lisbon": (
        "lissabon, lisbonne, lisboa, lisbona, lizbona, lisabon, lizbon, лиссабон, リスボン, 리스본, 里斯本"
    ),
    "Europe/Ljubljana": ("liubliana, lubiana, lublana, lublaň, любляна, リュブリャナ, 류블랴나, 卢布尔雅那"),
    "Europe/London": ("londres, londra, londen, lontoo, londyn, лондон, ロンドン, 런던, 伦敦"),
    "Europe/Luxembourg": (
        "luxemburg, luxemburgo, lussemburgo, luksemburg, lucemburk, люксембург, ルクセンブルク, 룩셈부르크, 卢森堡"
    ),
    "Europe/Madrid": ("madri, madryt, мадрид, マドリード, 마드리드, 马德里"),
    "Europe/Malta": ("malte, мальта, マルタ, 몰타, 马耳他"),
    "Europe/Mariehamn": ("maarianhamina, мариехамн, マリエハムン, 마리에함, 玛丽港"),
    "Europe/Minsk": ("минск, ミンスク, 민스크, 明斯克"),
    "Europe/Monaco": ("monako, монако, モナコ, 모나코, 摩纳哥"),
    "Europe/Moscow": (
        "moskau, moscou, moscú, mosca, moskou, moskva, moskova, moskwa, москва, モスクワ, 모스크바, 莫斯科"
    ),
    "Europe/Oslo": ("осло, オスロ, 오슬로, 奥斯陆"),
    "Europe/Paris": ("parigi, parijs, pariisi, paryż, paříž, париж, パリ, 파리, 巴黎"),
    "Europe/Podgorica": ("подгорица, ポドゴリツァ, 포드고리차, 波德戈里察"),
    "Europe/Prague": ("prag, praga, praag, praha, прага, プラハ, 프라하, 布拉格"),
    "Europe/Riga": ("riika, ryga, рига, リガ, 리가, 里加"),
    "Europe/Rome": ("rom, roma, rooma, rzym, řím, рим, ローマ, 로마, 罗马"),
    "Europe/Samara": ("самара, サマラ, 사마라, 萨马拉"),
    "Europe/San_Marino": ("saint-marin, сан-марино, サンマリノ, 산마리노, 圣马力诺"),
    "Europe/Sarajevo": ("sarajewo, saraybosna, сараево, サラエボ, 사라예보, 萨拉热窝"),
    "Europe/Saratov": ("saratow, саратов, サラトフ, 사라토프, 萨拉托夫"),
    "Europe/Simferopol": ("sinferopoli, symferopol, симферополь, シンフェロポリ, 심페로폴, 辛菲罗波尔"),
    "Europe/Skopje": ("skopie, üsküp, скопье, スコピエ, 스코페, 斯科普里"),
    "Europe/Sofia": ("sofie, sofya, софия, ソフィア, 소피아, 索非亚"),
    "Europe/Stockholm": (
        "estocolmo, stoccolma, tukholma, sztokholm, stokholm, стокгольм, ストックホルム, 스톡홀름, 斯德哥尔摩"
    ),
    "Europe/Tallinn": ("tallin, tallinna, таллин, タリン, 탈린, 塔林"),
    "Europe/Tirane": ("tirana, tiran, тирана, ティラナ, 티라나, 地拉那"),
    "Europe/Ulyanovsk": (
        "uljanowsk, oulianovsk, uliánovsk, uljanovsk, ульяновск, ウリヤノフスク, 울리야노프스크, 乌里扬诺夫斯克"
    ),
    "Europe/Vaduz": ("вадуц, ファドゥーツ, 파두츠, 瓦杜兹"),
    "Europe/Vatican": (
        "vatikan, le vatican, el vaticano, vaticano, città del vaticano, "
        "vaticaanstad, vatikanen, vatikanet, vatikanstaten, vatikaani, watykan, "
        "ватикан, バチカン, 바티칸, 梵蒂冈"
    ),
    "Europe/Vienna": ("wien, vienne, viena, wenen, wiedeń, vídeň, viyana, вена, ウィーン, 비엔나, 维也纳"),
    "Europe/Vilnius": ("vilna, wilno, вильнюс, ヴィリニュス, 빌니우스, 维尔纽斯"),
    "Europe/Volgograd": ("wolgograd, volgogrado, wołgograd, волгоград, ボルゴグラード, 볼고그라트, 伏尔加格勒"),
    "Europe/Warsaw": (
        "warschau, varsovie, varsovia, varsavia, warszawa, varsova, varšava, варшава, ワルシャワ, 바르샤바, 华沙"
    ),
    "Europe/Zagreb": ("zagabria, zagrzeb, záhřeb, загреб, ザグレブ, 자그레브, 萨格勒布"),
    "Europe/Zurich": ("zurique, zurigo, zurych, curych, zürih, цюрих, チューリッヒ, 취리히, 苏黎世"),
}
"""Names of cities in other languages, by their zone."""

WIDE_ZONES = {
    "America/Chicago": (
        "nordamerikanische zentral, centre nord-américain, central, centrale usa,"
        " centralnordamerikansk, det sentrale nord-amerika, yhdysvaltain "
        "keskinen, środkowoamerykański, severoamerický centrální, kuzey amerika "
        "merkezi, центральная америка, центральним, κεντρική βόρειασ αμερικήσ, "
        "középső államokbeli, 中部, 중부"
    ),
    "America/Denver": (
        "rocky-mountains, des rocheuses, las montañas rocosas, das montanhas, "
        "montagne rocciose usa, mountain, klippiga bergen, rocky mountains, "
        "kalliovuorten, górski, severoamerický horský, kuzey amerika dağ, горное "
        "время, гірським, ορεινή βόρειασ αμερικήσ, hegyvidéki, 山岳部, 산악, 山区"
    ),
    "America/Los_Angeles": (
        "nordamerikanische westküsten, pacifique nord-américain, pacífico, "
        "pacifico usa, pacific, västnordamerikansk, nordamerikanske "
        "stillehavskysten, yhdysvaltain tyynenmeren, pacyficzny, severoamerický "
        "pacifický, kuzey amerika pasifik, тихоокеанское время, тихоокеанським, "
        "ειρηνικού, csendes-óceáni, 太平洋, 태평양"
    ),
    "America/New_York": (
        "nordamerikanische ostküsten, l’est nord-américain, oriental, leste, "
        "orientale usa, eastern, östnordamerikansk, nordamerikanske østkysten, "
        "yhdysvaltain itäinen, wschodnioamerykański, severoamerický východní, "
        "kuzey amerika doğu, восточная америка, східним, ανατολική βόρειασ "
        "αμερικήσ, keleti államokbeli, 東部, 동부, 东部"
    ),
    "Europe/Athens": (
        "osteuropäische, d’europe de l’est, europa oriental, dell’europa "
        "orientale, oost-europese, östeuropeisk, østeuropæisk, øst-europa, "
        "itä-euroopan, wschodnioeuropejski, východoevropský, doğu avrupa, "
        "восточная европа, східноєвропейським, ανατολικήσ ευρώπησ, kelet-európai,"
        " 東ヨーロッパ, 동유럽, 东欧"
    ),
    "Europe/Berlin": (
        "mitteleuropäische, d’europe centrale, europa central, dell’europa "
        "centrale, midden-europese, centraleuropeisk, centraleuropæisk, "
        "sentral-europa, keski-euroopan, środkowoeuropejski, středoevropský, orta"
        " avrupa, центральная европа, центральноєвропейським, κεντρικήσ ευρώπησ, "
        "közép-európai, 中央ヨーロッパ, 중부유럽, 中欧"
    ),
    "Europe/Lisbon": (
        "westeuropäische, d’europe de l’ouest, europa occidental, europa "
        "ocidental, dell’europa occidentale, west-europese, västeuropeisk, "
        "vesteuropæisk, vest-europa, länsi-euroopan, zachodnioeuropejski, "
        "západoevropský, batı avrupa, западная европа, західноєвропейським, "
        "δυτικήσ ευρώπησ, nyugat-európai, 西ヨーロッパ, 서유럽, 西欧"
    ),
}
"""Names of zones in other languages, without the word for time."""
