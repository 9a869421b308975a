/** The webmails that are measured: where they show what, and how it is asked of them. */
import type { Webmail } from './webmail.ts'

/** Rows that make a list, so that one row that comes early does not count. */
const rowsMin = 6
const textMin = 20

const textOf = (element: string): string => `(() => {
  const text = (${element})?.textContent ?? ''
  return text.length < ${textMin} ? '' : text.slice(0, ${2 * textMin})
})()`

/** What the first rows in view say: of another mailbox, or further down, it is another. */
const listOf = (scroller: string, row: string, where: string): string => `(() => {
  const list = document.querySelector('${scroller}')
  if (list === null || ${where}) return ''
  const top = list.getBoundingClientRect().top
  const shown = [...list.querySelectorAll('${row}')].filter((one) => one.getBoundingClientRect().top >= top && one.getBoundingClientRect().top < innerHeight)
  return shown.length < ${rowsMin} ? '' : shown[0].textContent + shown[1].textContent
})()`

const ourRow = '.messages .row:not(.row-missing)'

export const bulkhead = (origin: string): Webmail => ({
  name: 'Bulkhead',
  origin: `${origin}/`,
  fields: { login: 'input[autocomplete=username]', password: 'input[type=password]' },
  sights: {
    list: listOf('.messages', '.row:not(.row-missing)', `location.pathname.startsWith('/search')`),
    text: textOf(`document.querySelector('.reading .text-body')`),
    html: `(() => {
      const frame = document.querySelector('.message-frame:not(.message-frame-ahead)')
      return frame !== null && stopwatch.isLoaded(frame) ? frame.src : ''
    })()`,
    found: `(() => {
      const rows = document.querySelectorAll('${ourRow}')
      return location.pathname.startsWith('/search') && rows.length > 0 ? location.search : ''
    })()`,
    nothing: `location.pathname.startsWith('/search') && document.querySelector('.list-nothing[role=status]') !== null ? location.search : ''`,
    failed: `location.pathname.startsWith('/search') && document.querySelector('.list-nothing[role=alert]') !== null ? location.search : ''`,
  },
  openRow: (page, row) => page.locator('.messages .row').nth(row).click(),
  openNext: (page) => page.keyboard.press('j'),
  openMailbox: (page, name) => page.locator('.mailbox-link').filter({ hasText: name === 'INBOX' ? '受信' : name }).first().click(),
  async jump(page) {
    // As a drag of the scroll bar does; the press is what the time counts from.
    await page.locator('.messages').focus()
    await page.keyboard.press('Shift')
    await page.evaluate(`document.querySelector('.messages').scrollTo(0, document.querySelector('.messages').scrollHeight / 2)`)
  },
  async search(page, words) {
    await page.fill('input[type=search]', words)
    await page.keyboard.press('Enter')
  },
})

const theirRow = '#messagelist tbody tr.message'
const theirFault = `document.querySelector('#messagestack .error, #messagestack .alert-danger')`

export const roundcube = (origin: string, name: string): Webmail => ({
  name,
  origin: `${origin}/`,
  fields: { login: '#rcmloginuser', password: '#rcmloginpwd' },
  sights: {
    list: listOf('#messagelist-content', 'tbody tr.message', `window.rcmail?.busy`),
    text: textOf(`document.querySelector('#messagecontframe')?.contentDocument?.querySelector('#messagebody')`),
    html: textOf(`document.querySelector('#messagecontframe')?.contentDocument?.querySelector('#messagebody')`),
    // The answer that names the search brings its rows; those before went when it was asked.
    found: `rcmail.env.search_request && document.querySelector('#messagelist tbody tr') !== null ? String(rcmail.env.search_request) : ''`,
    nothing: `!rcmail.busy && rcmail.env.search_request && document.querySelector('${theirRow}') === null && ${theirFault} === null ? String(rcmail.env.search_request) : ''`,
    failed: `!rcmail.busy && ${theirFault} !== null ? 'failed' : ''`,
  },
  openRow: (page, row) => page.locator(theirRow).nth(row).locator('.subject').first().click(),
  // Its keys wait for 0.4 s on purpose before they show a message; a click does not.
  openNext: (page, row) => page.locator(theirRow).nth(row + 1).locator('.subject').first().click(),
  openMailbox: (page, name) => page.locator(name === 'INBOX' ? '#mailboxlist li.inbox > a' : '#mailboxlist a').filter({ hasText: name === 'INBOX' ? '' : name }).first().click(),
  jump: (page) => page.locator('a.lastpage').first().click(),
  async search(page, words) {
    await page.locator('#mailsearchform').fill(words)
    // While it is busy it takes no command, and says nothing.
    await page.waitForFunction('!rcmail.busy')
    await page.locator('#mailsearchform').press('Enter')
  },
})
