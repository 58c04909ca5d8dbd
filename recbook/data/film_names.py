"""What MovieLens lacks about a film's name: its Chinese title, for films that the chapters show, and its series.

All written down for the course. The Chinese titles are the usual ones of mainland China.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TRANSLATED = {
    "Toy Story": "玩具总动员", "GoldenEye": "黄金眼", "Twelve Monkeys": "十二猴子", "Braveheart": "勇敢的心",
    "Taxi Driver": "出租车司机", "Apollo 13": "阿波罗13号", "Star Wars": "星球大战", "The Lion King": "狮子王",
    "Jurassic Park": "侏罗纪公园", "Schindler's List": "辛德勒的名单", "Aladdin": "阿拉丁",
    "The Silence of the Lambs": "沉默的羔羊", "The Godfather": "教父", "Citizen Kane": "公民凯恩",
    "2001: A Space Odyssey": "2001太空漫游", "Casablanca": "卡萨布兰卡", "Titanic": "泰坦尼克号",
    "The English Patient": "英国病人", "The Fifth Element": "第五元素", "Men in Black": "黑衣人",
    "Back to the Future": "回到未来", "Alien": "异形", "The Sound of Music": "音乐之声", "Pinocchio": "匹诺曹",
    "Dead Poets Society": "死亡诗社", "Beauty and the Beast": "美女与野兽", "Cinderella": "灰姑娘",
    "Pulp Fiction": "低俗小说", "Independence Day (ID4)": "独立日", "The Terminator": "终结者", "Batman": "蝙蝠侠",
    "12 Angry Men": "十二怒汉", "Dances with Wolves": "与狼共舞", "Scream": "惊声尖叫",
    "The Usual Suspects": "非常嫌疑犯",
}  # fmt: skip
"""Display title to Chinese title, where the Chinese says what the English says, by meaning or by sound."""

RENAMED = {
    "Seven (Se7en)": "七宗罪", "The Shawshank Redemption": "肖申克的救赎", "Forrest Gump": "阿甘正传",
    "Blade Runner": "银翼杀手", "Home Alone": "小鬼当家", "Fargo": "冰血暴", "Mission: Impossible": "碟中谍",
    "The Wizard of Oz": "绿野仙踪", "Gone with the Wind": "乱世佳人", "Jaws": "大白鲨", "Psycho": "惊魂记",
    "Raiders of the Lost Ark": "夺宝奇兵", "Die Hard": "虎胆龙威", "Heat": "盗火线", "Contact": "超时空接触",
}  # fmt: skip
"""The same for films that got another name in Chinese, or a half of one."""


SHOWN = {
    "A Clockwork Orange": "发条橙", "A Close Shave": "超级无敌掌门狗：剃刀边缘",
    "Alice in Wonderland": "爱丽丝梦游仙境", "Alien 3": "异形3",
    "Alien: Resurrection": "异形4", "Aliens": "异形2", "Amadeus": "莫扎特传",
    "Aparajito": "大河之歌", "Babe": "小猪宝贝", "Ben-Hur": "宾虚",
    "Carrie": "魔女嘉莉", "Chain Reaction": "连锁反应", "Chasing Amy": "猜·情·寻", "Conspiracy Theory": "连锁阴谋",
    "Das Boot": "从海底出击",
    "April Fool's Day": "愚人节", "Candyman: Farewell to the Flesh": "糖果人2", "Cat People": "豹妹",
    "Copycat": "叠影谋杀案", "Jaws 2": "大白鲨2", "Tales From the Crypt Presents: Demon Knight": "魔鬼骑士",
    "The Amityville Horror": "鬼哭神嚎", "The Blob": "幽浮魔点", "The Howling": "破胆三次", "The Prophecy": "魔翼杀手",
    "Village of the Damned": "魔童村", "Wes Craven's New Nightmare": "新猛鬼街", "Wolf": "狼人生死恋",
    "Die xue shuang xiong (The Killer)": "喋血双雄", "Dumbo": "小飞象", "Duoluo tianshi": "堕落天使",
    "E.T. the Extra-Terrestrial": "外星人", "Face/Off": "变脸", "Fantasia": "幻想曲", "GoodFellas": "好家伙",
    "In Love and War": "爱情与战争",
    "Indiana Jones and the Last Crusade": "夺宝奇兵3", "Leaving Las Vegas": "离开拉斯维加斯", "Liar Liar": "大话王",
    "Lost Highway": "妖夜慌踪", "Lost in Space": "迷失太空", "Manhattan Murder Mystery": "曼哈顿谋杀疑案",
    "Mars Attacks!": "火星人玩转地球", "Mrs. Doubtfire": "窈窕奶爸", "My Best Friend's Wedding": "我最好朋友的婚礼",
    "Ransom": "绑票追缉令", "Return of the Jedi": "绝地归来", "Rumble in the Bronx": "红番区",
    "Shanghai Triad (Yao a yao yao dao waipo qiao)": "摇啊摇，摇到外婆桥",
    "Snow White and the Seven Dwarfs": "白雪公主和七个小矮人", "Space Jam": "空中大灌篮", "Species": "异种",
    "Speed": "生死时速", "Stand by Me": "伴我同行", "Star Trek: First Contact": "星际旅行8：第一次接触",
    "Starship Troopers": "星河战队", "Terminator 2: Judgment Day": "终结者2：审判日",
    "The Adventures of Pinocchio": "木偶奇遇记", "The Craft": "魔女游戏", "The Empire Strikes Back": "帝国反击战",
    "The Fugitive": "亡命天涯",
    "The Ice Storm": "冰风暴", "The Jungle Book": "森林王子", "The Long Kiss Goodnight": "特工狂花",
    "The Lost World: Jurassic Park": "侏罗纪公园2：失落的世界", "The Santa Clause": "圣诞老人", "The Shining": "闪灵",
    "The War": "战争", "Three Colors: White": "蓝白红三部曲之白", "Trainspotting": "猜火车", "Twister": "龙卷风",
    "Volcano": "火山爆发",
    "Wild Things": "野东西", "Willy Wonka and the Chocolate Factory": "欢乐糖果屋",
    "Swept from the Sea": "情定大海", "Out to Sea": "出海", "Mary Poppins": "欢乐满人间", "Sliver": "银色猎物",
    "Alaska": "阿拉斯加", "Breaking the Waves": "破浪", "Jane Eyre": "简·爱", "Laura": "罗拉秘史",
    "Cat on a Hot Tin Roof": "热铁皮屋顶上的猫", "Antonia's Line": "安东尼娅家谱", "The 39 Steps": "三十九级台阶",
    "Singin' in the Rain": "雨中曲", "Witness": "证人", "The Deer Hunter": "猎鹿人", "Annie Hall": "安妮·霍尔",
    "The Great Escape": "大逃亡",
}  # fmt: skip
"""More films whose titles a reader of Chinese meets in a list and has to judge."""


def in_chinese(title: str) -> str:
    """The usual Chinese title of a film by its display title, "" where none is written down."""
    return next((names[title] for names in (TRANSLATED, RENAMED, SHOWN) if title in names), "")


def chinese_queries(titles: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Chinese titles, the index in ``titles`` of the film of each, and whether it is a translation.

    Raises ValueError for a film that ``titles`` lacks.
    """
    both = TRANSLATED | RENAMED
    if missing := [title for title in both if title not in titles]:
        raise ValueError(f"titles lacks {', '.join(missing)}; give the display titles of ml-100k.")
    wanted = np.array([list(titles).index(title) for title in both])
    return list(both.values()), wanted, np.array([title in TRANSLATED for title in both])


SERIES = (
    ("Star Trek: First Contact", "Star Trek VI: The Undiscovered Country", "Star Trek: The Wrath of Khan",
     "Star Trek III: The Search for Spock", "Star Trek IV: The Voyage Home", "Star Trek: Generations",
     "Star Trek: The Motion Picture", "Star Trek V: The Final Frontier"),
    ("Alien", "Aliens", "Alien 3", "Alien: Resurrection"),
    ("Batman", "Batman Returns", "Batman Forever", "Batman & Robin"),
    ("Die Hard", "Die Hard 2", "Die Hard: With a Vengeance"),
    ("The Godfather", "The Godfather: Part II"),
    ("The Terminator", "Terminator 2: Judgment Day"),
    ("Jurassic Park", "The Lost World: Jurassic Park"),
    ("Free Willy", "Free Willy 2: The Adventure Home", "Free Willy 3: The Rescue"),
    ("Home Alone", "Home Alone 3"),
    ("Homeward Bound: The Incredible Journey", "Homeward Bound II: Lost in San Francisco"),
    ("Ace Ventura: Pet Detective", "Ace Ventura: When Nature Calls"),
    ("Father of the Bride", "Father of the Bride Part II"),
    ("Scream", "Scream 2"),
    ("Speed", "Speed 2: Cruise Control"),
    ("Three Colors: Red", "Three Colors: Blue", "Three Colors: White"),
    ("The Blues Brothers", "Blues Brothers 2000"),
    ("Jaws", "Jaws 2", "Jaws 3-D"),
    ("The Crow", "The Crow: City of Angels"),
    ("Under Siege", "Under Siege 2: Dark Territory"),
    ("Escape from New York", "Escape from L.A."),
    ("Turbo: A Power Rangers Movie", "Mighty Morphin Power Rangers: The Movie"),
    ("Aladdin", "Aladdin and the King of Thieves"),
    ("Amityville 1992: It's About Time", "Amityville 3-D", "Amityville: A New Generation",
     "Amityville II: The Possession", "The Amityville Horror", "The Amityville Curse", "Amityville: Dollhouse"),
)  # fmt: skip
"""Series whose titles share a word, by display title."""

SERIES_WITHOUT_SHARED_WORDS = (
    ("Star Wars", "The Empire Strikes Back", "Return of the Jedi"),
    ("Raiders of the Lost Ark", "Indiana Jones and the Last Crusade"),
    ("GoldenEye", "Tomorrow Never Dies"),
    ("The Hunt for Red October", "Clear and Present Danger"),
    ("Jean de Florette", "Manon of the Spring (Manon des sources)"),
    ("The Wrong Trousers", "A Grand Day Out", "A Close Shave"),
    ("Evil Dead II", "Army of Darkness"),
)  # fmt: skip
"""Series that no shared word gives away: to find them takes knowledge about films."""


def series(titles: Sequence[str], groups: Sequence[Sequence[str]] = SERIES) -> np.ndarray:
    """Boolean ``(n, n)``: True where two films of different titles stand in one of ``groups``; symmetric.

    Raises ValueError for a film that ``titles`` lacks.
    """
    if missing := [title for group in groups for title in group if title not in titles]:
        raise ValueError(f"titles lacks {', '.join(missing)}; give the display titles of ml-100k.")
    of = {title: number for number, group in enumerate(groups) for title in group}
    number = np.array([of.get(title, -1) for title in titles])
    names = np.asarray(titles, str)
    return (number[:, None] == number) & (number >= 0) & (names[:, None] != names)
