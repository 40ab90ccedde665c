"""One spelling for many: width, case, traditional characters and common variants.

The table holds the traditional forms of the characters that occur in the names of the store and
in words that people search for. It is our own and agrees with OpenCC; a package was passed over because the only pure
Python one (opencc-python-reimplemented 0.1.7, Apache-2.0) has had no release since 2023. A
traditional character that is not here simply does not match; nothing is ever turned into a wrong
one. Where a traditional character has two simplified readings, the one of this field is taken.
"""

from __future__ import annotations

import unicodedata

_PAIRS = """
丰豐 业業 东東 丝絲 为為 乌烏 乐樂 习習 乡鄉 书書 买買 乱亂 争爭 亏虧 云雲 亚亞 产產 亩畝 仅僅 从從 仓倉 仪儀 们們 价價 众眾 优優 会會 伟偉 传傳 伤傷
伦倫 体體 余餘 侧側 侨僑 债債 倾傾 储儲 儿兒 党黨 兰蘭 关關 兴興 养養 兽獸 内內 册冊 写寫 军軍 农農 冯馮 冲衝 决決 况況 冻凍 净淨 凉涼 减減 凑湊 凤鳳
凭憑 凯凱 击擊 划劃 刘劉 则則 刚剛 创創 别別 制製 剂劑 剑劍 办辦 务務 动動 劳勞 势勢 勋勳 区區 医醫 华華 协協 单單 卖賣 卢盧 卫衛 卷捲 厂廠 厅廳 历歷
压壓 厌厭 厦廈 县縣 参參 双雙 发發 变變 叠疊 号號 叶葉 吗嗎 启啟 吴吳 员員 听聽 园園 围圍 国國 图圖 圆圓 场場 块塊 坚堅 坝壩 垄壟 垒壘 垦墾 垫墊 埙塤
墙牆 壮壯 声聲 壳殼 处處 备備 复復 够夠 头頭 夹夾 夺奪 奋奮 奖獎 妆妝 妇婦 娄婁 孙孫 学學 宁寧 宝寶 实實 审審 宪憲 宫宮 宽寬 宾賓 对對 寻尋
导導 寿壽 将將 尔爾 尘塵 尝嘗 层層 届屆 属屬 岁歲 岗崗 岛島 岭嶺 峡峽 币幣 帅帥 师師 帐帳 带帶 帮幫 广廣 庄莊 庆慶 库庫 应應 废廢 开開 异異 弃棄 张張 弥彌
弯彎 弹彈 强強 归歸 当當 录錄 彻徹 径徑 态態 总總 恒恆 悬懸 惊驚 惩懲 惯慣 愿願 戏戲 战戰 户戶 扑撲 执執 扩擴 扫掃 扬揚 抚撫 护護 报報 担擔 拟擬 拥擁
择擇 挂掛 挡擋 挤擠 挥揮 损損 换換 据據 排排 搅攪 摄攝 摆擺 撑撐 数數 斋齋 断斷 无無 旧舊 时時 旷曠 显顯 晋晉 晒曬 晓曉 暂暫 术術 机機 杀殺 杂雜 权權 条條
来來 杨楊 极極 构構 枪槍 柜櫃 标標 栈棧 树樹 样樣 档檔 桥橋 桨槳 桩樁 检檢 楼樓 榄欖 横橫 欢歡 欧歐 残殘 毁毀 毕畢 气氣 氢氫 氩氬 汇匯 汉漢 汤湯 沟溝 沥瀝
沧滄 泪淚 泽澤 洁潔 洒灑 浇澆 测測 济濟 浏瀏 浓濃 涂塗 涛濤 润潤 涨漲 渊淵 渐漸 温溫 湾灣 湿濕 溃潰 滚滾 满滿 滤濾 滨濱 滩灘 潜潛 灭滅 灯燈 灵靈 灾災 炉爐
炼煉 烁爍 烂爛 烃烴 烟煙 烦煩 烧燒 烬燼 热熱 焕煥 爱愛 爷爺 牵牽 状狀 独獨 狭狹 猪豬 献獻 环環 现現 玛瑪 琐瑣 电電 画畫 畅暢 疗療 盐鹽 监監 盖蓋 盘盤 矿礦
码碼 砖磚 础礎 硕碩 确確 碍礙 碱鹼 礼禮 祸禍 离離 种種 积積 称稱 稳穩 穷窮 窃竊 窑窯 窗窗 竞競 笔筆 筑築 签簽 简簡 类類 粮糧 紧緊 纠糾 红紅 纤纖 约約 级級
纪紀 纯純 纱紗 纲綱 纳納 纵縱 纸紙 纹紋 纺紡 线線 练練 组組 细細 织織 终終 绍紹 经經 结結 绕繞 绘繪 给給 络絡 绝絕 统統 继繼 绩績 绪緒 续續 维維 绵綿 综綜
绿綠 缆纜 编編 缘緣 缝縫 缩縮 缴繳 网網 罗羅 罚罰 罢罷 职職 联聯 肃肅 肠腸 肤膚 胀脹 胜勝 胶膠 脉脈 脏髒 脑腦 脚腳 脱脫 腊臘 舰艦 舱艙 艰艱 艺藝 节節 芦蘆
苏蘇 苹蘋 范範 荐薦 药藥 获獲 莱萊 营營 萧蕭 萨薩 葱蔥 蒋蔣 蓝藍 蔷薔 藏藏 虑慮 虚虛 虾蝦 蚀蝕 蚕蠶 蛮蠻 蜡蠟 补補 衬襯 袭襲 装裝 裤褲 见見 观觀 规規 视視
览覽 觉覺 触觸 计計 订訂 认認 讨討 让讓 训訓 议議 记記 讲講 许許 论論 设設 访訪 证證 评評 识識 诉訴 词詞 译譯 试試 诚誠 话話 询詢 该該 详詳 语語 误誤 说說
请請 诸諸 读讀 课課 调調 谁誰 谈談 谢謝 谱譜 谷穀 贝貝 负負 贡貢 财財 责責 败敗 货貨 质質 贩販 贪貪 购購 贮貯 贯貫 贵貴 贷貸 贸貿 费費 贺賀 资資 赋賦 赔賠
赖賴 赚賺 赛賽 赠贈 赢贏 赵趙 趋趨 践踐 车車 轧軋 轨軌 转轉 轮輪 软軟 轰轟 轴軸 轻輕 载載 轿轎 较較 辅輔 辆輛 辈輩 辉輝 辐輻 输輸 辽遼 达達 迁遷 过過 运運
还還 这這 进進 远遠 违違 连連 迟遲 迹跡 适適 选選 递遞 逻邏 遗遺 邓鄧 邮郵 邻鄰 郑鄭 酝醞 酱醬 酿釀 释釋 里裡 鉴鑒 针針 钉釘 钙鈣 钛鈦 钝鈍 钞鈔 钟鐘 钠鈉
钢鋼 钥鑰 钦欽 钨鎢 钩鉤 钱錢 钴鈷 钻鑽 钾鉀 铀鈾 铁鐵 铂鉑 铃鈴 铅鉛 铜銅 铝鋁 铬鉻 铭銘 银銀 铸鑄 铺鋪 链鏈 销銷 锁鎖 锂鋰 锅鍋 锈鏽 锋鋒 锌鋅 锐銳 错錯
锡錫 锦錦 锰錳 锻鍛 镀鍍 镁鎂 镇鎮 镍鎳 镜鏡 镶鑲 长長 门門 闭閉 问問 闲閒 间間 闸閘 闽閩 阀閥 阁閣 阅閱 队隊 阳陽 阴陰 阵陣 阶階 际際 陆陸 陈陳 陕陝 险險
随隨 隐隱 难難 雏雛 雾霧 静靜 韩韓 页頁 项項 顺順 须須 顾顧 顿頓 预預 领領 频頻 题題 颜顏 额額 风風 飞飛 饥飢 饭飯 饮飲 饰飾 饱飽 馆館 饼餅 馏餾 马馬 驱驅 驶駛
驻駐 驾駕 验驗 骑騎 鱼魚 鲁魯 鲜鮮 鸟鳥 鸡雞 鸭鴨 鸿鴻 麦麥 黄黃 齐齊 齿齒 龄齡 龙龍 龟龜 与與 于於 准準 占佔 喷噴 岩巖 干乾 托託 琼瓊 秆稈 粪糞 群羣
"""

_SIMPLE = {
    ord(traditional): simplified
    for simplified, traditional in _PAIRS.split()
    if simplified != traditional
} | {
    ord(variant): plain
    for variant, plain in zip("麵麪瀋湼臺檯颱鐡鉄峯産爲衆吿匀裏", "面面沈涅台台台铁铁峰产为众告匀里", strict=True)
}
_DROPPED = str.maketrans("", "", " \t\u3000-_－–—·・,，;；()（）[]【】“”\"'")


def simplify(word: str) -> str:
    """Fold width and case, and turn traditional characters into simplified ones.

    Example:
        >>> simplify("柴油發電機ＣＯ２")
        '柴油发电机co2'
    """
    return unicodedata.normalize("NFKC", word).casefold().translate(_SIMPLE)


def plain(word: str) -> str:
    """Fold as `simplify` does and drop spaces, dashes and brackets.

    Example:
        >>> plain("Heavy-fuel oil（HFO）") == plain("heavy fuel oil HFO")
        True
    """
    return simplify(word).translate(_DROPPED)
