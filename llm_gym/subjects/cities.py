"""The cities of Guess My City: the 91 published ones in their order and spelling, and 300 with them.

Source of the 91: ``guess_my_city.py`` of ArCHer, which took it from LMRL-Gym.
"""

from __future__ import annotations

_PUBLISHED = """
Seoul, South Korea; Sao Paulo, Brazil; Bombay, India; Jakarta, Indonesia; Karachi, Pakistan;
Moscow, Russia; Istanbul, Turkey; Shanghai, China; Tokyo, Japan; Bangkok, Thailand; Beijing, China;
Delhi, India; London, UK; Cairo, Egypt; Tehran, Iran; Bogota, Colombia; Bandung, Indonesia;
Tianjin, China; Lima, Peru; Lahore, Pakistan; Bogor, Indonesia; Santiago, Chile; Shenyang, China;
Calcutta, India; Wuhan, China; Sydney, Australia; Guangzhou, China; Singapore, Singapore;
Madras, India; Baghdad, Iraq; Pusan, South Korea; Yokohama, Japan; Dhaka, Bangladesh;
Berlin, Germany; Alexandria, Egypt; Bangalore, India; Malang, Indonesia; Hyderabad, India;
Chongqing, China; Haerbin, China; Ankara, Turkey; Buenos Aires, Argentina; Chengdu, China;
Ahmedabad, India; Casablanca, Morocco; Chicago, USA; Xian, China; Madrid, Spain;
Surabaya, Indonesia; Pyong Yang, North Korea; Nanjing, China; Kinshaha, Congo; Rome, Italy;
Taipei, China; Osaka, Japan; Kiev, Ukraine; Yangon, Myanmar; Toronto, Canada; Zibo, China;
Dalian, China; Taega, South Korea; Addis Ababa, Ethopia; Jinan, China; Salvador, Brazil;
Inchon, South Korea; Semarang, Indonesia; Giza, Egypt; Changchun, China; Havanna, Cuba;
Nagoya, Japan; Belo Horizonte, Brazil; Paris, France; Tashkent, Uzbekistan; Fortaleza, Brazil;
Sukabumi, Indonesia; Cali, Colombia; Guayaquil, Ecuador; Qingdao, China; Izmir, Turkey;
Cirebon, Indonesia; Taiyuan, China; Brasilia, Brazil; Bucuresti, Romania; Faisalabad, Pakistan;
Medan, Indonesia; Houston, USA; Mashhad, Iran; Medellin, Colombia; Kanpur, India;
Budapest, Hungary; Caracas, Venezuela
"""

CITIES: tuple[str, ...] = tuple(" ".join(entry.split()) for entry in _PUBLISHED.split(";"))
"""The tasks: "City, Country", as oracles know them."""

# Those that occur in recorded dialogues, then this project's choice.
_FURTHER = """
Rio de Janeiro, Brazil; Mexico City, Mexico; New York, United States;
Los Angeles, United States; Hong Kong, China; Saint Petersburg, Russia; Abidjan, Ivory Coast;
Ho Chi Minh City, Vietnam; Quezon City, Philippines; Vienna, Austria; Salzburg, Austria;
Amsterdam, Netherlands; Rotterdam, Netherlands; Brussels, Belgium; Bruges, Belgium;
Zurich, Switzerland; Geneva, Switzerland; Prague, Czech Republic; Warsaw, Poland;
Krakow, Poland; Lisbon, Portugal; Porto, Portugal; Dublin, Ireland; Copenhagen, Denmark;
Stockholm, Sweden; Gothenburg, Sweden; Oslo, Norway; Bergen, Norway; Helsinki, Finland;
Reykjavik, Iceland; Athens, Greece; Thessaloniki, Greece; Belgrade, Serbia; Zagreb, Croatia;
Dubrovnik, Croatia; Sofia, Bulgaria; Sarajevo, Bosnia and Herzegovina; Minsk, Belarus;
Vilnius, Lithuania; Riga, Latvia; Tallinn, Estonia; Barcelona, Spain; Seville, Spain;
Valencia, Spain; Bilbao, Spain; Granada, Spain; Milan, Italy; Venice, Italy; Florence, Italy;
Naples, Italy; Turin, Italy; Palermo, Italy; Munich, Germany; Hamburg, Germany;
Frankfurt, Germany; Cologne, Germany; Dresden, Germany; Marseille, France; Lyon, France;
Nice, France; Bordeaux, France; Strasbourg, France; Edinburgh, United Kingdom;
Glasgow, United Kingdom; Manchester, United Kingdom; Liverpool, United Kingdom;
Birmingham, United Kingdom; Belfast, United Kingdom; Oxford, United Kingdom; Odessa, Ukraine;
Lviv, Ukraine; Cluj-Napoca, Romania; Kazan, Russia; Vladivostok, Russia; Novosibirsk, Russia;
Yekaterinburg, Russia; Valletta, Malta; Tbilisi, Georgia; Yerevan, Armenia; Baku, Azerbaijan;
Almaty, Kazakhstan; Astana, Kazakhstan; Ulaanbaatar, Mongolia; Kathmandu, Nepal;
Colombo, Sri Lanka; Kabul, Afghanistan; Dubai, United Arab Emirates;
Abu Dhabi, United Arab Emirates; Riyadh, Saudi Arabia; Mecca, Saudi Arabia; Doha, Qatar;
Jerusalem, Israel; Tel Aviv, Israel; Amman, Jordan; Beirut, Lebanon; Damascus, Syria;
Isfahan, Iran; Shiraz, Iran; Basra, Iraq; Antalya, Turkey; Bursa, Turkey; Marrakesh, Morocco;
Fez, Morocco; Rabat, Morocco; Algiers, Algeria; Tunis, Tunisia; Tripoli, Libya; Lagos, Nigeria;
Nairobi, Kenya; Mombasa, Kenya; Accra, Ghana; Dakar, Senegal; Johannesburg, South Africa;
Cape Town, South Africa; Durban, South Africa; Dar es Salaam, Tanzania; Kampala, Uganda;
Khartoum, Sudan; Luanda, Angola; Harare, Zimbabwe; Kigali, Rwanda; Antananarivo, Madagascar;
Maputo, Mozambique; Kyoto, Japan; Kobe, Japan; Hiroshima, Japan; Sapporo, Japan; Fukuoka, Japan;
Hangzhou, China; Suzhou, China; Shenzhen, China; Macau, China; Kunming, China; Xiamen, China;
Lhasa, China; Kaohsiung, Taiwan; Hanoi, Vietnam; Da Nang, Vietnam; Chiang Mai, Thailand;
Phuket, Thailand; Kuala Lumpur, Malaysia; Phnom Penh, Cambodia; Vientiane, Laos;
Mandalay, Myanmar; Cebu City, Philippines; Yogyakarta, Indonesia; Denpasar, Indonesia;
Jaipur, India; Pune, India; Varanasi, India; Agra, India; Lucknow, India; Islamabad, Pakistan;
Peshawar, Pakistan; Chittagong, Bangladesh; Samarkand, Uzbekistan; Boston, United States;
Philadelphia, United States; Washington, United States; Miami, United States;
Atlanta, United States; New Orleans, United States; Seattle, United States;
San Francisco, United States; San Diego, United States; Las Vegas, United States;
Denver, United States; Dallas, United States; Detroit, United States; Honolulu, United States;
Nashville, United States; Montreal, Canada; Vancouver, Canada; Ottawa, Canada; Calgary, Canada;
Quebec City, Canada; Guadalajara, Mexico; Monterrey, Mexico; Cancun, Mexico; Tijuana, Mexico;
Melbourne, Australia; Brisbane, Australia; Perth, Australia; Adelaide, Australia;
Canberra, Australia; Auckland, New Zealand; Wellington, New Zealand; Recife, Brazil;
Curitiba, Brazil; Manaus, Brazil; Porto Alegre, Brazil; Rosario, Argentina; Mendoza, Argentina;
Valparaiso, Chile; Cartagena, Colombia; Quito, Ecuador; Cusco, Peru; Arequipa, Peru;
La Paz, Bolivia; Montevideo, Uruguay; Asuncion, Paraguay; Panama City, Panama;
San Jose, Costa Rica; Guatemala City, Guatemala; Santo Domingo, Dominican Republic;
Kingston, Jamaica; Maracaibo, Venezuela; Luxor, Egypt; Jeddah, Saudi Arabia
"""

LARGE: tuple[str, ...] = (*CITIES, *(" ".join(entry.split()) for entry in _FURTHER.split(";")))
"""The 300 cities of the large list, the published ones first."""
