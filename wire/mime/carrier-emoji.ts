/**
 * The pictograms of Japanese carriers' phones as emoji: docomo's and au's codes in Shift_JIS, which `TextDecoder` gives as
 * private characters. After Unicode's EmojiSources.txt (© Unicode, Inc.; terms: unicode.org/terms_of_use.html). SoftBank's
 * codes lie where docomo's and IBM's characters are and can't be told from them.
 */

/** From each first private character on, one after the other; `-` where the carriers had no equivalent. */
const rows: readonly (readonly [first: number, emoji: string])[] = [
  [0xe234, [
    '🍂 💼 ⛲ ⛺ 🀄 🆚 🏆 🐢 🇪🇸 🇷🇺 🚧 🛀 🎌 🌆 🐣 💹 👮 🏣 🏥 🏫 🏨 🚢 🔞 📶 🆒 🈹 🈂 🆔 🈵 🈳 🈯 🈺 👆 👇 🔮',
    '📳 📴 📝 👔 🌺 💐 🌵 🍶 🍻 ㊗ 💊 🎈 🎉 - 👒 👢 💅 💇 💈 👘 👙 ♥ 💖 💙 💚 💛 💜 ✨ 🎿 ⭕ 🍵 🍞 🍦 🍟 🍡 🍘',
    '🍚 🍝 🍛 🍢 🍣 🍎 🍊 🍅 🍆 🍱 🍲 😏 😔 😤 😣 😖 😪 😌 😨 😷 😳 😒 😲 😰 🎼 😊 😚 😘 👃 👄 🙏 👏 👌 👎 👋 🙅',
    '🙆 🙇 💑 👯 🎺 🎱 🏊 🚒 🚑 🚓 🎢 🎍 🎎 🎓 🎒 🎏 🌂 👰 🍧 🎇 🐚 🎐 🎃 🎑 🎅 🌃 🌈 🏩 🌅 🎩 🏬 🏯 🏰 🏭 🇫🇷',
    '🇩🇪 🇮🇹 🇬🇧 🇨🇳 🇰🇷 👱 👲 👳 👴 👵 👶 👷 👸 🐬 💃 🐠 🐛 🐘 🐨 🐮 🐍 🐔 🐗 🐫 🅰 🅱 🅾 🆎 👣 👟 🚩 ⤴ ⤵ ⁉',
    '‼ ➰ 🍈 🍍 🍇 🍌 🌽 🍄 🌰 🍑 🍠 🍕 🍗 🎋 🍹 🐲 🎹 🏄 🎣 🎳 👹 👺 🐼 👅 🐽 🌼 🍨 🍩 🍪 🍫 🍬 🍭 🙈 🙊 🙉 🌋',
    '💝 🔤 🍮 🐝 🐞 🍯 🍏 💸 💫 😡 😾 🌌 😽 😺 📩 😹 😂 😻 🙀 😩 😿 😢 😼 👗 🗿 🚉 🎴 🃏 🍤 📧 🚶 🚨 - 💓 🐥 👖',
    '💌 ♻ ↔ ↕ 🌊 🌱 🐌 😸 😁 - 🌿 ✊ #⃣ 🙋 🙌 🙍 🙎',
  ].join(' ')],
  [0xe468, [
    '🌠 🌀 🚥 🏃 ❇ 🎡 🎰 🎊 🐳 😃 😠 😭 😫 💤 💡 💔 💕 ✴ 💣 🔥 ⏳ 🚬 🚭 ♿ 🔰 ⚠ ❗ ❓ ⛔ ⛄ 🌙 ⚡ ☀ 🌛 ❄ ⭐',
    '☔ ☁ ⛅ ♈ ♉ ♊ ♋ ♌ ♍ ♎ ♏ ♐ ♑ ♒ ♓ ⛎ 👜 📔 🎫 📖 📎 ✏ 📐 🏧 🏪 🚻 🅿 🚏 📡 ⚓ 🏦 🏠 🍴 🏢 🚲 🚌',
    '🚅 🚗 🚚 ✈ ⛵ 🚃 ⚽ 🎾 🏂 🏁 ⚾ 🏈 ♨ 🏮 🎬 🌉 🗼 🍷 🍸 🍺 🍖 🎯 🎮 💰 🎲 🎄 🌸 👻 🇯🇵 🍉 🍁 🎁 🍰 🍳 🍒 🐡',
    '🍓 🍙 🍔 🐰 🐴 🐵 🐸 🐱 🐧 🐜 🐷 🐩 🐤 🐶 🌴 🌻 🌷 💢 💧 😜 🆘 💪 💘 💋 👾 🍥 🐾 👿 💮 ㊙ 💯 👊 💨 💩 ☝ 🉐',
    '💀 👍 👩 ☺ 👨 💬 👓 👈 👉 👪 📺 🎤 👛 🎶 🎸 🎻 🎧 💄 🔫 💆 💿 👚 👽 🆙 💉 🔊 🔔 🍀 💍 📷 ✂ 🎥 🔍 🔑 👠 📪',
    '🔒 📛 📞 📦 📠 ✉ 1⃣ 2⃣ 3⃣ 4⃣ 5⃣ 6⃣ 7⃣ 8⃣ 9⃣ 🔟 - ◀ ▶ ⏪ ⏩ ▫ ▪ ℹ ◽ ◾ 🔸 🔹 ◻ ◼ ⚪ ⚫',
    '➕ ➖ ✳ ⬆ ⬇ 🚫 🔽 🔼 ⏬ ⏫ 🔶 🔷 ⬜ ⬛ 🔴 🔵 ↖ ↘ ™ ✖ ❌ ❎ ➡ ⬅ ➗ ↗ ↙ ✔ © ® 🔺 🔻 ↪ ↩ ✅ 📜',
    '📍 📃 💾 📅 📋 📗 📘 📙 📕 📄 📆 📓 📇 📌 📒 📚 📏 ⛽ 🗾 🇺🇸 📊 📈 📉 - 🆓 💲 ⌚ ⌛ 💳 💴 📹 🔪 📼 🔩 💽 🔦',
    '🔋 💵 - 🔧 📱 🔌 🔗 📰 \u2003 \u2002 \u2005 📁 📂 📨 📤 📥 ⏰ ❤ ☎ ☕ 🌁 ⛳ 🏀 📟 🎨 🎭 🎪 🎀 🎂 ♠ ♦ ♣ 👀 👂 ✌ ✋',
    '🌑 🌔 🌓 🆑 0⃣ 🆗 😵 💞 💥 💦 - 🌏 🍜 - 🔐 🔠 🔡 🔢 🔣 🉑 ☑ ✒ 🔘 🔎 🔙 🔖 📲 🏡 📫 📑 🔏 🔃 🆕 👕 👞 💻',
    '📻 🌹 ⛪ 🚇 🗻 🎵 👼 🐯 🐻 🐭 😉 😍 😱 😓 🐙 🚀 👑 💏 🔨 🎆',
  ].join(' ')],
  [0xe63e, [
    '☀ ☁ ☔ ⛄ ⚡ 🌀 🌁 🌂 ♈ ♉ ♊ ♋ ♌ ♍ ♎ ♏ ♐ ♑ ♒ ♓ 🎽 ⚾ ⛳ 🎾 ⚽ 🎿 🏀 🏁 📟 🚃 Ⓜ 🚄 🚗 🚙 🚌 🚢',
    '✈ 🏠 🏢 🏣 🏥 🏦 🏧 🏨 🏪 ⛽ 🅿 🚥 🚻 🍴 ☕ 🍸 🍺 🍔 👠 ✂ 🎤 🎥 ↗ 🎠 🎧 🎨 🎩 🎪 🎫 🚬 🚭 📷 👜 📖 🎀 🎁',
    '🎂 ☎ 📱 📝 📺 🎮 💿 ♥ ♠ ♦ ♣ 👀 👂 ✊ ✌ ✋ ↘ ↖ 👣 👟 👓 ♿ 🌑 🌔 🌓 🌙 🌕 🐶 🐱 ⛵ 🎄 ↙ - - - -',
    '- - 🎬 👝 ✒ - - 👤 💺 🌃 - - - 🔜 🔛 🔚 ⏰ - - - - - - - - - - - - - - - - - - -',
    '📲 📩 📠 - - ✉ - - 💴 🆓 🆔 🔑 ↩ 🆑 🔍 🆕 🚩 - #⃣ - 1⃣ 2⃣ 3⃣ 4⃣ 5⃣ 6⃣ 7⃣ 8⃣ 9⃣ 0⃣ ❤',
    '💓 💔 💕 😃 😠 😞 😖 😵 ⤴ 🎵 ♨ 💠 💋 ✨ 💡 💢 👊 💣 🎶 ⤵ 💤 ❗ ⁉ ‼ 💥 💦 💧 💨 〰 ➰ 🆗 - - 👕 👛 💄',
    '👖 🏂 🔔 🚪 💰 💻 💌 🔧 ✏ 👑 💍 ⏳ 🚲 🍵 ⌚ 😔 😌 😅 😓 😡 😒 😍 👍 😜 😉 😆 😣 😏 😭 😢 🆖 📎 © ™ 🏃 ㊙',
    '♻ ® ⚠ 🈲 🈳 🈴 🈵 ↔ ↕ 🏫 🌊 🗻 🍀 🍒 🌷 🍌 🍎 🌱 🍁 🌸 🍙 🍰 🍶 🍜 🍞 🐌 🐤 🐧 🐟 😋 😁 🐴 🐷 🍷 😱',
  ].join(' ')],
]

const emoji: ReadonlyMap<string, string> = new Map(
  rows.flatMap(([first, row]) =>
    row.split(' ').flatMap((found, at) => (found === '-' ? [] : [[String.fromCharCode(first + at), found] as const]))),
)
const privateCharacter = /[\ue234-\ue757]/g

/** `text`: as decoded from Shift_JIS. Private characters that are no carrier's stay. */
export const withCarrierEmoji = (text: string): string => text.replace(privateCharacter, (char) => emoji.get(char) ?? char)
