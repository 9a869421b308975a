/** Names from outside as they may be shown and saved: without characters that turn, hide or end text. */

/** Controls, marks that turn the direction of text (UAX 9), invisible ones, line ends of Unicode, tags, private use. */
const unseen = new RegExp(
  `[${[
    '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164',
    '\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff\\u{e0000}-\\u{e0fff}',
  ].join('')}]`, 'gu',
)
const turning = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/

export const holdsTurningMarks = (text: string): boolean => turning.test(text)

/** One line, blanks single, `lengthMax` characters at most. */
export const shownName = (text: string, lengthMax = 500): string =>
  [...oneLine(text.toWellFormed()).replaceAll(unseen, '').replaceAll(/[\s\u00a0\u3000]{2,}/g, ' ').trim()].slice(0, lengthMax).join('')

const oneLine = (text: string): string => text.replaceAll(/[\t\r\n\u2028\u2029]/g, ' ')

const forbidden = /[<>:"/\\|?*]/g
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i
const fileNameMax = 150

/** A name for a file that no system takes for a path, a device or a hidden file. Empty where nothing is left. */
export const savedName = (name: string): string => {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const bare = shownName(last, 4 * fileNameMax).replaceAll(forbidden, '_').replace(/^[. ]+|[. ]+$/g, '')
  const safe = reserved.test(bare) ? `_${bare}` : bare
  if (safe.length <= fileNameMax) return safe
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(safe)?.[0] ?? ''
  return `${safe.slice(0, fileNameMax - ending.length).toWellFormed().replace(/\ufffd$/, '')}${ending}`
}

const running = new Set(`ade adp apk app appref-ms appx asp bas bat chm cmd com cpl crt diagcab dll dmg exe gadget hlp hta htm html img inf ins iso isp
  jar jnlp js jse lnk mde mht mhtml msc msi msix msp mst one pif pl ps1 py reg rgs scf scr sct settingcontent-ms sh shb svg sys url vb vbe vbs vhd vhdx website
  ws wsc wsf wsh xht xhtml xll`.trim().split(/\s+/))
const quiet = new Set('pdf doc docx xls xlsx ppt pptx txt csv jpg jpeg png gif zip rtf mp3 mp4 tif tiff'.split(' '))

/** A name that looks like another kind of file than it is: turned text, blanks before its ending, two endings, an ending that runs. */
export const isDeceptiveName = (name: string, type: string): boolean => {
  if (holdsTurningMarks(name) || /[\s\u00a0\u3000]{4,}\S*$/.test(name)) return true
  const endings = savedName(name).toLowerCase().split('.').slice(1)
  const last = endings.at(-1) ?? ''
  if (!running.has(last)) return false
  return quiet.has(endings.at(-2) ?? '') || /^(?:image|audio|video)\//.test(type) || !['svg', 'htm', 'html', 'url'].includes(last) || type === 'application/pdf'
}
