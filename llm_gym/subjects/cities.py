"""The 91 cities of Guess My City in their published order and spelling.

Source of the list: ``guess_my_city.py`` of ArCHer, which took it from LMRL-Gym.
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
