"""What somebody may type into the shop's search, in both languages, and which products are right answers.

Written from the shop's list of categories and types alone, before any search was run. The measure was named then, too:
NDCG@10 over the distinct texts of the products that 50 households bought before week 49, and whether the first is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Query:
    """A query in both languages; ``right`` names categories, or "CATEGORY > how its types begin"."""

    en: str
    zh: str
    right: tuple[str, ...]


def _query(en: str, zh: str, *right: str) -> Query:
    return Query(en, zh, right)


_SEAFOOD = ("SEAFOOD - FROZEN", "SEAFOOD-FRESH", "SEAFOOD - SHELF STABLE")
_STEAK = ("BEEF > ANGUS", "BEEF > CHOICE", "BEEF > SELECT", "BEEF > NATURAL", "BEEF > LEAN", "BEEF > PRIMAL")
_TOMATO = ("TOMATOES", "VEGETABLES - SHELF STABLE > TOMATO")
_SODA = ("SOFT DRINKS > SFT DRNK", "SOFT DRINKS > SOFT DRINKS")
_FRUIT = (
    "APPLES", "BERRIES", "CITRUS", "GRAPES", "MELONS", "PEARS", "STONE FRUIT", "TROPICAL FRUIT", "VALUE ADDED FRUIT",
    "ORGANICS FRUIT & VEGETABLES > ORGANIC BERRIES", "ORGANICS FRUIT & VEGETABLES > ORGANIC TROPICAL",
    "SALAD BAR > SALAD BAR FRESH FRUIT",
)  # fmt: skip
_LETTUCE = ("SALAD MIX", "VEGETABLES SALAD", "ORGANICS FRUIT & VEGETABLES > ORGANIC SALAD")
_SWEETS = ("CANDY - CHECKLANE > CANDY", "CANDY - CHECKLANE > MISC", "CANDY - PACKAGED > CANDY")
_PLATES = ("PAPER HOUSEWARES",)

QUERIES: tuple[Query, ...] = (
    # What the shop calls by the same word
    _query("frozen pizza", "冷冻披萨", "FROZEN PIZZA > PIZZA"),
    _query("potato chips", "薯片", "BAG SNACKS > POTATO CHIPS", "WAREHOUSE SNACKS > CANISTER POTATO"),
    _query("paper towels", "厨房纸巾", "PAPER TOWELS"),
    _query("strawberries", "草莓", "BERRIES > STRAWBERRIES", "ORGANICS FRUIT & VEGETABLES > ORGANIC BERRIES"),
    _query("olive oil", "橄榄油", "SHORTENING/OIL > OLIVE"),
    _query("peanut butter", "花生酱", "PNT BTR/JELLY/JAMS > PEANUT"),
    _query("toothpaste", "牙膏", "ORAL HYGIENE PRODUCTS"),
    _query("hot dogs", "热狗肠", "HOT DOGS"),
    _query("cream cheese", "奶油奶酪", "CHEESE > CREAM"),
    _query("chicken wings", "鸡翅", "CHICKEN > CHICKEN WINGS", "MEAT - MISC > WINGS"),
    _query("coffee", "咖啡", "COFFEE > FLAVORED", "COFFEE > GROUND"),
    _query("bananas", "香蕉", "TROPICAL FRUIT > BANANAS", "ORGANICS FRUIT & VEGETABLES > ORGANIC TROPICAL"),
    _query("eggs", "鸡蛋", "EGGS > EGGS -"),
    _query("mushrooms", "蘑菇", "MUSHROOMS", "VEGETABLES - SHELF STABLE > MUSHROOMS"),
    _query("tomatoes", "番茄", *_TOMATO),
    _query("salmon", "三文鱼", "SEAFOOD-FRESH > SEAFOOD-FRE-SALMON", "SEAFOOD - SHELF STABLE > SALMON"),
    # What the shop calls by another word
    _query("soda", "汽水", *_SODA),
    _query("ketchup", "番茄酱（蘸薯条用）", "CONDIMENTS/SAUCES > CATSUP"),
    _query("mayo", "蛋黄酱", "SALD DRSNG/SNDWCH SPRD > SEMI-SOLID"),
    _query("toilet paper", "卫生纸", "BATH TISSUES"),
    _query("bin liners", "垃圾袋", "FD WRAPS/BAGS/TRSH BG > GARBAGE", "FD WRAPS/BAGS/TRSH BG > PLASTIC TRASH"),
    _query("washing powder for clothes", "洗衣液", "LAUNDRY DETERGENTS"),
    _query("washing-up liquid", "洗洁精", "DISHWASH DETERGENTS > LIQUID"),
    _query("biscuits for tea time", "下午茶饼干", "COOKIES/CONES", "COOKIES > COOKIES"),
    _query("porridge", "燕麦粥", "HOT CEREAL"),
    _query("minced beef", "牛肉馅", "BEEF > LEAN", "BEEF > PATTIES", "BEEF > STUFFED/MIXED", "MEAT - MISC > GRND/PATTY"),
    _query("prawns", "大虾", "SEAFOOD - FROZEN > SEAFOOD-FRZ-IQF"),
    _query("courgette", "西葫芦", "SQUASH > SQUASH ZUCCHINI", "SQUASH > YELLOW SUMMER"),
    _query("coriander", "香菜", "HERBS > HERBS CILANTO"),
    _query("sports drink", "运动饮料", "ISOTONIC DRINKS"),
    _query("lollies and sweets", "糖果", *_SWEETS),
    _query("instant noodles", "方便面", "SOUP > RAMEN"),
    _query("spaghetti bolognese", "意大利肉酱面",
           "DRY NOODLES/PASTA", "PASTA SAUCE", "BEEF > LEAN", "VEGETABLES - SHELF STABLE > TOMATO", "CHEESE > GRATED"),
    _query("milk alternative without dairy", "不含乳的植物奶", "FLUID MILK PRODUCTS > MISCELLANEOUS MILK"),
    _query("fish fingers", "炸鱼条", "SEAFOOD - FROZEN > FRZN BRD", "SEAFOOD - FROZEN > SEAFOOD-FRZ-RAW FILLETS"),
    _query("crisps for the party", "聚会吃的膨化零食", "BAG SNACKS", "WAREHOUSE SNACKS"),
    _query("kitchen foil and cling film", "锡纸和保鲜膜",
           "FD WRAPS/BAGS/TRSH BG > ALUMINUM", "FD WRAPS/BAGS/TRSH BG > PLASTIC WRAP",
           "SPRING/SUMMER SEASONAL > DISPOSABLE FOILWARE"),
    _query("smokes", "香烟", "CIGARETTES"),
    _query("lightbulb", "灯泡", "ELECTRICAL SUPPPLIES"),
    _query("gammon", "火腿", "SMOKED MEATS > HAM", "LUNCHMEAT > HAM", "DELI MEATS > MEAT:HAM"),
    # What somebody wants, without its name
    _query("something quick for breakfast on the way to work", "上班路上吃的快手早餐",
           "CONVENIENT BRKFST/WHLSM SNACKS > CEREAL BARS", "CONVENIENT BRKFST/WHLSM SNACKS > GRANOLA",
           "CONVENIENT BRKFST/WHLSM SNACKS > TOASTER", "BREAKFAST SAUSAGE/SANDWICHES > SANDWICHES",
           "FRZN BREAKFAST FOODS", "BREAKFAST SWEETS", "YOGURT"),
    _query("what I need to bake a birthday cake", "烤生日蛋糕要用的材料",
           "BAKING MIXES > LAYER CAKE", "BAKING MIXES > FROSTING", "BAKING NEEDS", "FLOUR & MEALS", "SUGARS/SWEETNERS",
           "EGGS > EGGS -", "SPICES & EXTRACTS > IMITATION", "SPICES & EXTRACTS > PURE", "BUTTER"),
    _query("food for my cat", "喂猫的食物", "CAT FOOD"),
    _query("a cold beer", "冰啤酒", "BEERS/ALES"),
    _query("a bunch of flowers for my wife", "送妻子的花", "FLORAL-FRESH CUT > SINGLE", "ROSES"),
    _query("lighting the barbecue", "生火烧烤", "CHARCOAL AND LIGHTER FLUID"),
    _query("meat for the grill", "烧烤用的肉",
           *_STEAK, "BEEF > PATTIES", "BEEF > RIBS", "PORK > RIBS", "PORK > LOIN", "HOT DOGS", "DINNER SAUSAGE",
           "CHICKEN > CHICKEN WINGS", "CHICKEN > CHICKEN DRUMS", "CHICKEN > CHICKEN THIGHS"),
    _query("making tacos tonight", "今晚做墨西哥卷饼",
           "HISPANIC > MEXICAN", "BAKED BREAD/BUNS/ROLLS > MEXICAN", "MISC. DAIRY > REFRIGERATED MEXICAN",
           "CHEESE > SHREDDED"),
    _query("my sink is blocked", "下水道堵了", "HOUSEHOLD CLEANG NEEDS > DRAIN"),
    _query("cleaning the bathroom", "打扫浴室",
           "HOUSEHOLD CLEANG NEEDS > BATHROOM", "HOUSEHOLD CLEANG NEEDS > TOILET", "HOUSEHOLD CLEANG NEEDS > GLASS",
           "BLEACH"),
    _query("a runny nose", "流鼻涕", "FACIAL TISS/DNR NAPKIN > FACIAL"),
    _query("milk for a newborn", "新生儿奶粉", "INFANT FORMULA"),
    _query("something sweet after dinner", "饭后甜点",
           "ICE CREAM/MILK/SHERBTS", "FRZN NOVELTIES/WTR ICE", "PIES", "CAKES", "DRY MIX DESSERTS",
           "MISC. DAIRY > REFRIGERATED PUDDING", "COOKIES/CONES", "COOKIES > COOKIES", "DELI SUPPLIES > CAKES"),
    _query("healthy snack for the children's lunch box", "孩子午餐盒里的健康零食",
           "CONVENIENT BRKFST/WHLSM SNACKS > FRUIT", "CONVENIENT BRKFST/WHLSM SNACKS > GRANOLA",
           "CARROTS > CARROTS MINI", "FRUIT - SHELF STABLE > APPLE SAUCE", "FRUIT - SHELF STABLE > FRUIT BOWL",
           "DRIED FRUIT", "CHEESE > STRING", "YOGURT", *_FRUIT),
    _query("green salad", "蔬菜沙拉", *_LETTUCE),
    _query("fresh fruit", "新鲜水果", *_FRUIT),
    _query("fish for dinner", "晚餐吃的鱼", *_SEAFOOD),
    _query("picnic plates and cups", "野餐用的盘子和杯子", *_PLATES),
    _query("soup when you feel ill", "生病时喝的汤", "SOUP > BROTH", "SOUP > CONDENSED", "SOUP > DRY", "SOUP > RTS",
           "SALAD BAR > SOUPS"),
    _query("vegetables I can keep in the freezer", "能放冷冻室的蔬菜", "FRZN VEGETABLE/VEG DSH"),
    _query("ready meal for one", "一人份速食餐",
           "FRZN MEAT/MEAT DINNERS > FRZN SS", "FRZN MEAT/MEAT DINNERS > SS", "DINNER MXS:DRY > MICROWAVE"),
    _query("a chicken that is cooked already", "已经做熟的鸡", "CHICKEN/POULTRY", "HEAT/SERVE > CHICKEN"),
    _query("sweetener instead of sugar", "代糖", "SUGARS/SWEETNERS > SWEETENERS"),
    _query("dip for tortilla chips", "配玉米片的蘸酱",
           "HISPANIC > MEXICAN SAUCES", "BAG SNACKS > DIPS", "MILK BY-PRODUCTS > REFRIG DIPS", "PROCESSED > DIPS"),
    _query("keep leftovers fresh", "保存剩菜",
           "FD WRAPS/BAGS/TRSH BG > ALUMINUM", "FD WRAPS/BAGS/TRSH BG > FOOD", "FD WRAPS/BAGS/TRSH BG > FREEZER",
           "FD WRAPS/BAGS/TRSH BG > PLASTIC WRAP", "PLASTIC HOUSEWARES"),
    _query("something to read", "可以读的东西", "MAGAZINE", "NEWSPAPER"),
)  # fmt: skip


def right_answers(items: pd.DataFrame, queries: tuple[Query, ...] = QUERIES) -> np.ndarray:
    """Which rows of ``items`` (with category and type) answer each query: bool ``(queries, n_items)``.

    ValueError for a query that no row answers.
    """
    kinds, types = items["category"].to_numpy(str), items["type"].to_numpy(str)
    table = np.zeros((len(queries), len(items)), bool)
    for row, query in zip(table, queries, strict=True):
        for pattern in query.right:
            category, _, start = pattern.partition(" > ")
            row |= (kinds == category) & np.char.startswith(types, start)
        if not row.any():
            raise ValueError(f"No product answers {query.en!r}: {', '.join(query.right)}.")
    return table
