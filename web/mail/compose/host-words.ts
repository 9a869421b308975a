import { dictionary } from '../../kit/language.ts'

const ja = { notLoaded: '作成画面を読み込めませんでした。接続を確かめて、もう一度お試しください。' }

const en: typeof ja = { notLoaded: 'The composer could not be loaded. Check the connection and try again.' }

export const hostWords = dictionary({ ja, en })
