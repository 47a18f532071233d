"""Columns about a person rather than a household: left out unless asked for, and named by their heading only."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from .synonyms import normal

_ANYWHERE = """
    姓名 户主姓名 户主 身份证 身份证号 身份证号码 证件号 证件号码 公民身份号码 手机 手机号 手机号码 出生日期 出生年月
    生日 民族 银行卡 银行卡号 医保号 社保号 微信 微信号 qq 邮箱 监护人 联系人 曾用名 护照 护照号 id_card idcard
    idcardno id_number identity_number mobile mobile_phone birthday birth_date date_of_birth surname first_name
    last_name full_name passport
"""
_OF_HOUSEHOLDS = """
    电话 联系电话 联系方式 住址 地址 家庭住址 详细地址 家庭地址 居住地址 户籍地址 现住址 name phone tel telephone
    address email 性别 年龄 与户主关系 工作单位 备注 remarks leader grid_leader
    grid_worker 单元长
"""
# Who leads or works a grid stands beside every household of a ledger, by name.
_PARTS = ("姓名", "身份证", "证件号", "手机", "电话", "住址", "网格长", "网格员", "楼栋长")
_EVERYWHERE = {normal(w) for w in _ANYWHERE.split()}
_HOUSEHOLDS = {normal(w) for w in _OF_HOUSEHOLDS.split()}
_IDENTITY = re.compile(r"^\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$")
_MOBILE = r"^(?:\+?86)?1[3-9]\d{9}$"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = "10X98765432"
_LOOKED_AT = 200


def is_personal(name: str, table: str) -> bool:
    """Whether a heading speaks of a person. A site's telephone is public; a household's is not."""
    word = normal(name)
    if word in _EVERYWHERE:
        return True
    if table not in ("households", ""):
        return False
    return word in _HOUSEHOLDS or any(part in word for part in _PARTS)


def holds_identities(column: pd.Series) -> bool:
    """Whether most of the values are identity numbers (their check digit holds) or mobile numbers."""
    given = column.dropna()
    if pd.api.types.is_float_dtype(given) or pd.api.types.is_bool_dtype(given) or len(given) == 0:
        return False
    texts = given.astype(str).str.strip()
    texts = texts[texts != ""].head(_LOOKED_AT)
    if len(texts) == 0:
        return False
    identities = sum(_is_identity(t) for t in texts)
    mobiles = int(texts.str.match(_MOBILE).sum())
    return 2 * max(identities, mobiles) > len(texts)


def _is_identity(text: str) -> bool:
    if _IDENTITY.match(text) is None:
        return False
    digits = np.array([int(c) for c in text[:17]])
    return _CHECKS[int(digits @ _WEIGHTS) % 11] == text[17].upper()
