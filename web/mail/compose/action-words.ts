import { dictionary } from '../../kit/language.ts'

const ja = { forwardAttached: '添付ファイルとして転送', again: '新しいメールとして編集・再送', addContact: '差出人をアドレス帳に追加' }

const en: typeof ja = { forwardAttached: 'Forward as attachment', again: 'Edit as new, send again', addContact: 'Add sender to contacts' }

/** Of what a message offers beside answering it. */
export const actionWords = dictionary({ ja, en })
