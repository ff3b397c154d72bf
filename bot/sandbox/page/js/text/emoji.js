/** Slack's short names for the emoji that plants, bots and people use. Others stay as `:name:`. */
const NAMES = `
rotating_light=🚨 red_circle=🔴 large_orange_circle=🟠 orange_circle=🟠 large_yellow_circle=🟡 yellow_circle=🟡
large_green_circle=🟢 green_circle=🟢 large_blue_circle=🔵 blue_circle=🔵 large_purple_circle=🟣 white_circle=⚪
black_circle=⚫ large_brown_circle=🟤 red_square=🟥 large_red_square=🟥 large_orange_square=🟧
large_yellow_square=🟨 large_green_square=🟩 large_blue_square=🟦 large_purple_square=🟪 white_large_square=⬜
black_large_square=⬛ small_red_triangle=🔺 small_red_triangle_down=🔻 large_blue_diamond=🔷 small_blue_diamond=🔹
large_orange_diamond=🔶 small_orange_diamond=🔸 warning=⚠️ no_entry=⛔ no_entry_sign=🚫 octagonal_sign=🛑
stop_sign=🛑 exclamation=❗ bangbang=‼️ question=❓ white_check_mark=✅ heavy_check_mark=✔️
ballot_box_with_check=☑️ x=❌ negative_squared_cross_mark=❎ heavy_plus_sign=➕ heavy_minus_sign=➖
information_source=ℹ️ bell=🔔 no_bell=🔕 mega=📣 loudspeaker=📢 speech_balloon=💬 thought_balloon=💭 hourglass=⌛
hourglass_flowing_sand=⏳ stopwatch=⏱️ timer_clock=⏲️ alarm_clock=⏰ clock1=🕐 clock3=🕒 clock4=🕓 clock9=🕘 watch=⌚
calendar=📆 date=📅 spiral_calendar_pad=🗓️ fire=🔥 boom=💥 zap=⚡ bulb=💡 wrench=🔧 hammer=🔨 hammer_and_wrench=🛠️
nut_and_bolt=🔩 gear=⚙️ toolbox=🧰 construction=🚧 factory=🏭 truck=🚚 articulated_lorry=🚛 package=📦 bottle=🍾
baby_bottle=🍼 champagne=🍾 droplet=💧 thermometer=🌡️ snowflake=❄️ test_tube=🧪 microscope=🔬 scales=⚖️ label=🏷️
recycle=♻️ arrows_counterclockwise=🔄 repeat=🔁 leftwards_arrow_with_hook=↩️ arrow_right=➡️ arrow_left=⬅️
arrow_up=⬆️ arrow_down=⬇️ arrow_upper_right=↗️ arrow_lower_right=↘️ arrow_heading_up=⤴️ arrow_heading_down=⤵️
fast_forward=⏩ rewind=⏪ double_vertical_bar=⏸️ black_square_for_stop=⏹️ arrow_forward=▶️
chart_with_upwards_trend=📈 chart_with_downwards_trend=📉 bar_chart=📊 memo=📝 pencil=📝 pencil2=✏️ clipboard=📋
page_facing_up=📄 bookmark_tabs=📑 pushpin=📌 round_pushpin=📍 paperclip=📎 link=🔗 lock=🔒 unlock=🔓 key=🔑 mag=🔍
moneybag=💰 money_with_wings=💸 euro=💶 dollar=💵 dart=🎯 checkered_flag=🏁 triangular_flag_on_post=🚩 trophy=🏆
medal=🏅 tada=🎉 sparkles=✨ star=⭐ rocket=🚀 seedling=🌱 robot_face=🤖 eyes=👀 wave=👋 raised_hand=✋ hand=✋ +1=👍
thumbsup=👍 -1=👎 thumbsdown=👎 ok_hand=👌 clap=👏 pray=🙏 muscle=💪 raised_hands=🙌 point_right=👉 point_left=👈
point_up=☝️ point_down=👇 handshake=🤝 writing_hand=✍️ smile=😄 slightly_smiling_face=🙂 grinning=😀 joy=😂 wink=😉
thinking_face=🤔 neutral_face=😐 confused=😕 worried=😟 disappointed=😞 cry=😢 scream=😱 sweat_smile=😅 sunglasses=😎
relieved=😌 sleeping=😴 zzz=💤 nerd_face=🤓 shrug=🤷 facepalm=🤦 heart=❤️ green_heart=💚 yellow_heart=💛 blue_heart=💙
broken_heart=💔 construction_worker=👷 male-mechanic=👨‍🔧 female-mechanic=👩‍🔧 female-factory-worker=👩‍🏭
male-factory-worker=👨‍🏭 busts_in_silhouette=👥 bust_in_silhouette=👤 sos=🆘 new=🆕 ok=🆗 up=🆙 soon=🔜 one=1️⃣
two=2️⃣ three=3️⃣ four=4️⃣ five=5️⃣ coffee=☕ sun_with_face=🌞 sunny=☀️ crescent_moon=🌙 full_moon=🌕 cloud=☁️
ocean=🌊 earth_africa=🌍 lantern=🏮 izakaya_lantern=🏮 computer=💻 electric_plug=🔌 battery=🔋 telephone_receiver=📞
iphone=📱 email=✉️ envelope=✉️ inbox_tray=📥 outbox_tray=📤 wastebasket=🗑️ broom=🧹 ladder=🪜 adhesive_bandage=🩹
ambulance=🚑 fire_engine=🚒 shield=🛡️ safety_vest=🦺 helmet_with_white_cross=⛑️ biohazard_sign=☣️
radioactive_sign=☢️ skull=💀 chains=⛓️ magnet=🧲 pill=💊 twisted_rightwards_arrows=🔀 white_small_square=▫️
black_small_square=▪️ heavy_exclamation_mark=❗ grey_question=❔ grey_exclamation=❕ 100=💯`;

const EMOJI = new Map(
  NAMES.trim()
    .split(/\s+/)
    .map((pair) => pair.split("=")),
);

/** The glyph of a short name, or null. */
export const emoji = (name) => EMOJI.get(name) ?? null;

/** Names that begin with the prefix, for suggestions while typing. */
export const emojiNames = (prefix, limit = 6) =>
  [...EMOJI.keys()].filter((name) => name.startsWith(prefix)).slice(0, limit);
