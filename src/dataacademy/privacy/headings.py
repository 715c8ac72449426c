"""What headings and cells of a table tell of the people in it: words of headings, and forms of numbers and texts."""

from __future__ import annotations

import re

DIRECT, QUASI, SENSITIVE, PLAIN = "direct", "quasi", "sensitive", "plain"

# (role, what it is, words of Japanese headings, words of English headings); the first that fits counts.
# 要配慮個人情報 after 個人情報保護法 2条3項 and 施行令 2条.
HEADINGS = (
    (
        SENSITIVE,
        "健康診断の結果",
        "健診|検診|検査結果|血圧|血糖|体重|身長|腹囲|コレステロール|尿",
        "checkup|screening|bmi|systolic|diastolic|hba1c|cholesterol|blood",
    ),
    (
        SENSITIVE,
        "病歴や診療",
        "病(?!院)|疾患|診断|診療|症状|重症|傷病|既往|通院|入院|服薬|処方|調剤|投薬|レセプト|保健指導|妊娠|感染|陽性",
        "disease|diagnosis|illness|symptoms?|severity|medical|hospital|discharged|medication|prescription|guidance|"
        "patient_status|pregnan\\w*|infection|icd\\d*",
    ),
    (
        SENSITIVE,
        "障害",
        "障害|障がい|療育|手帳|要介護|要支援|介護度|認知症",
        "disabilit\\w*|disabled|handicap|care_level|dementia",
    ),
    (
        SENSITIVE,
        "犯罪や被害",
        "犯罪|前科|逮捕|刑罰|受刑|被害者|少年事件|非行|DV|虐待",
        "crime|criminal|arrest|conviction|victim|abuse",
    ),
    (
        SENSITIVE,
        "信条",
        "信条|宗教|信仰|政党|支持政党|思想|組合加入",
        "religion|belief|faith|political_\\w+|union_member",
    ),
    (SENSITIVE, "人種や社会的身分", "人種|民族|社会的身分|本籍|出身地区", "race|ethnic\\w*|caste"),
    (DIRECT, "個人番号（マイナンバー）", "個人番号|マイナンバー", "my_?number|individual_number"),
    (
        DIRECT,
        "氏名",
        "氏名|名前|姓名|フリガナ|ふりがな|氏|姓|カナ|宛名|世帯主|保護者|担当者|代表者",
        "name|full_?name|first_?name|last_?name|family_?name|surname|kana",
    ),
    (DIRECT, "電話番号", "電話|携帯|ファクス|FAX|連絡先|TEL", "phone|tel|telephone|mobile|fax|contact"),
    (DIRECT, "メールアドレス", "メール|Eメール", "e_?mail|mail"),
    (DIRECT, "住所", "住所|番地|所在地|居所|方書|建物名|部屋番号", "address|street|house_number"),
    (DIRECT, "口座やカードの番号", "口座|カード番号|クレジット", "bank_account|account_(?:no|number)|iban|credit_card"),
    (
        DIRECT,
        "個人や世帯の番号",
        "(住民|世帯|職員|会員|受診者|患者|被保険者|受給者|登録者|回答者|申請者|利用者|年金|住民票|免許|旅券|学籍|宛名)の?(番号|コード|ID)|整理番号|受付番号|個人ID|被保険者証",
        "(person|resident|household|staff|employee|member|patient|respondent|user|student|call|applicant|insured)_?(id|no|number|"
        "code)|ssn|passport|licen[cs]e",
    ),
    (QUASI, "生年月日", "生年|誕生|出生日", "birth\\w*|dob|born"),
    (QUASI, "年齢", "年齢|年代|歳(?![入出])", "age|age_group|age_band|decade"),
    (QUASI, "性別", "性別|男女", "sex|gender"),
    (
        QUASI,
        "地区や郵便番号",
        "地区|町丁|丁目|町名|町字|大字|自治会|学区|校区|郵便|〒|居住|地域|小地域",
        "area|area_id|area_name|district|quarter|zip|zip_?code|postal\\w*|postcode|neighbou?rhood|town|ward|association|"
        "residence",
    ),
    (QUASI, "位置（緯度・経度）", "緯度|経度|座標", "lat|lon|lng|latitude|longitude|geometry|coordinates?"),
    (QUASI, "国籍", "国籍|在留", "nationality|citizenship|visa"),
    (
        QUASI,
        "職業や勤め先",
        "職業|勤務先|勤め先|会社|学校|職種|役職|所属",
        "job|occupation|profession|employer|school",
    ),
    (
        QUASI,
        "世帯や家族",
        "世帯|家族|配偶|婚姻|続柄|子の数|同居",
        "household\\w*|family|marital\\w*|spouse|children|relation",
    ),
    (QUASI, "学歴", "学歴|最終学歴", "education|degree"),
    (QUASI, "収入や税", "収入|所得|年収|給与|課税|税額", "income|salary|wage|tax"),
    (QUASI, "日付", "年月日|日付|転入日|転出日|受診日|届出日|死亡日", "date|date_of_death|moved_in|moved_out"),
)
_JA = [(role, what, re.compile(ja, re.IGNORECASE)) for role, what, ja, _ in HEADINGS]
_EN = [(role, what, re.compile(f"(?:^|_)(?:{en})(?:_|$)")) for role, what, _, en in HEADINGS]
_NOT_OF_A_PERSON = re.compile(
    "施設名|事業名|団体名|業者名|会社名|学校名|品名|件名|地名|町名|地区名|校区名|自治会名|項目名|区分名|病院名|制度名|書名|"
    "(?:area|facility|place|company|school|file|item|kind|zone|station|project|department)_name",
    re.IGNORECASE,
)

_DIGITS = "0123456789"
FORMS = (  # (role, what it is, the whole cell); cells come in half-width letters
    (DIRECT, "メールアドレス", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    (DIRECT, "電話番号", re.compile(r"(?:\+81[- ]?\d{1,4}|\(?0\d{1,4}\)?)[- ]\d{1,4}[- ]\d{3,4}|0[789]0\d{8}")),
    (DIRECT, "基礎年金番号の形（4桁-6桁）", re.compile(r"\d{4}-\d{6}")),
    (DIRECT, "クレジットカード番号の形", re.compile(r"\d{4}([- ])\d{4}\1\d{4}\1\d{4}")),
    (QUASI, "郵便番号", re.compile(r"〒? ?\d{3}-\d{4}")),
    (QUASI, "位置（緯度,経度）", re.compile(r"(?:POINT ?\()?-?\d{1,3}\.\d{3,}[, ] ?-?\d{1,3}\.\d{3,}\)?")),
)
DATE = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和|[MTSHR])(?:\d{1,2}|元)|(?:1[89]|20)\d\d)[-/.年]\d{1,2}[-/.月]\d{1,2}日?.*"
)
ILLNESSES = re.compile(
    "がん|癌|腫瘍|糖尿病|高血圧|脂質異常|うつ|統合失調|双極性|認知症|てんかん|結核|肝炎|肺炎|ぜん息|喘息|脳卒中|脳梗塞|心筋梗塞|心疾患|"
    "腎不全|透析|HIV|骨折|発達障害|自閉|ADHD|身体障害|知的障害|精神障害|視覚障害|聴覚障害|肢体不自由|要介護|要支援|"
    "cancer|diabetes|hypertension|depression|schizophrenia|dementia|stroke|asthma|hepatitis",
    re.IGNORECASE,
)
_TWELVE = re.compile(r"\d{4}[- ]?\d{4}[- ]?\d{4}")


def by_heading(name: str) -> tuple[str, str, bool] | None:
    """Role and meaning that a heading suggests, and whether the heading is just that word; None if it says nothing.

    >>> by_heading("氏名"), by_heading("birth_date"), by_heading("施設名"), by_heading("systolic")[0]
    (('direct', '氏名', True), ('quasi', '生年月日', True), None, 'sensitive')
    """
    if _NOT_OF_A_PERSON.search(name):
        return None
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s.\-]+", "_", name).lower()
    for rules, text in ((_JA, name), (_EN, spaced)):
        for role, what, words in rules:
            found = words.search(text)
            if found:
                return role, what, found[0].strip("_") == text
    return None


def is_my_number(text: str) -> bool:
    """Whether twelve digits have the check digit of a 個人番号 (省令85号 5条): 11 − Σ PnQn mod 11, or 0.

    >>> is_my_number("123456789018"), is_my_number("123456789010")
    (True, False)
    """
    if not _TWELVE.fullmatch(text):
        return False
    digits = [int(c) for c in text if c in _DIGITS]
    rest = sum(d * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(digits[-2::-1], start=1)) % 11
    return digits[-1] == (0 if rest <= 1 else 11 - rest)
