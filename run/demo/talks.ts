/** Conversations: who said what, how many hours after the one before. */
import type { Person } from './people.ts'

export interface Turn {
  readonly by: Person
  readonly afterHours: number
  readonly text: string
  readonly encloses?: 'photo' | 'plan' | 'table'
}

export interface Talk {
  readonly subject: string
  /** Everybody in it. */
  readonly among: readonly [Person, Person, ...Person[]]
  /** How long ago it began. */
  readonly daysAgo: number
  readonly turns: readonly [Turn, ...Turn[]]
}

export const talks: readonly Talk[] = [
  {
    subject: '来週の打ち合わせについて', among: ['sato', 'hanako', 'taro'], daysAgo: 2,
    turns: [
      { by: 'sato', afterHours: 0, text: '港様\n\nいつもお世話になっております。山吹工務店の佐藤です。\n\n台所の改修の件で、来週一度お打ち合わせのお時間をいただけますでしょうか。\n火曜の午後か木曜の午前でしたら、こちらから伺えます。\n\n図面の案を添付いたします。ご確認ください。\n\n佐藤 健一\n山吹工務店\n', encloses: 'plan' },
      { by: 'hanako', afterHours: 3, text: '佐藤様\n\nご連絡ありがとうございます。港です。\n木曜の午前でお願いできますか。10時ごろですと助かります。\n\n図面、拝見しました。流しの位置がとても良いと思います。\n' },
      { by: 'taro', afterHours: 5, text: '私も木曜なら同席できます。\n食洗機のサイズだけ確認したいです。\n' },
      { by: 'sato', afterHours: 16, text: '港様、波戸様\n\nでは木曜 10 時に伺います。\n食洗機は幅 60cm のものを想定しておりますが、45cm にも変更できます。\n当日カタログをお持ちします。\n' },
    ],
  },
  {
    subject: '年末の帰省', among: ['mother', 'hanako'], daysAgo: 1,
    turns: [
      { by: 'mother', afterHours: 0, text: '花子へ\n\n寒くなってきましたね。風邪をひいていませんか。\n年末はいつごろ帰ってきますか。おじいちゃんが楽しみにしています。\n柿をたくさんもらったので、送りますね。\n\n母より\n', encloses: 'photo' },
      { by: 'hanako', afterHours: 8, text: 'お母さん\n\n元気です。29日の夕方に着く予定です。\n柿、うれしい！ありがとう。\n\n花子\n' },
      { by: 'mother', afterHours: 14, text: '29日ですね。駅まで迎えに行きます。\nおせちの栗きんとんは今年も作ります。\n' },
    ],
  },
  {
    subject: 'Poster draft for the winter concert', among: ['emma', 'hanako', 'choir'], daysAgo: 3,
    turns: [
      { by: 'emma', afterHours: 0, text: 'Hi Hanako,\n\nHere is the first draft of the poster. I kept the harbour in the background and moved the date up so it can be read from across the street.\n\nCould you check the Japanese line at the bottom? I am never sure about the line break.\n\nEmma\n', encloses: 'photo' },
      { by: 'hanako', afterHours: 6, text: 'Emma, it is beautiful. The line break should come after 「冬の」, otherwise fine.\n\nCan we have the ticket price a little larger?\n' },
      { by: 'emma', afterHours: 9, text: 'Done and done. New file tomorrow morning.\n\nEmma\n' },
    ],
  },
  {
    subject: '合唱団 12月の練習日程', among: ['choir', 'hanako', 'taro', 'yuki'], daysAgo: 5,
    turns: [
      { by: 'choir', afterHours: 0, text: '団員の皆さま\n\n12月の練習日程をお知らせします。\n\n 3日（木）19:00〜21:00 第一練習室\n10日（木）19:00〜21:00 第一練習室\n17日（木）18:30〜21:00 大ホール（リハーサル）\n20日（日）13:00 集合 本番\n\nご欠席の方は事務局までご連絡ください。\n' },
      { by: 'yuki', afterHours: 4, text: 'I will miss the 10th (business trip), but I am there for everything else.\n\nYuki\n' },
      { by: 'hanako', afterHours: 5, text: '全日程参加します。よろしくお願いします。\n' },
    ],
  },
  {
    subject: '旅行のお見積り（4名様・函館）', among: ['tanaka', 'hanako', 'ken'], daysAgo: 6,
    turns: [
      { by: 'tanaka', afterHours: 0, text: '港 花子 様\n\nつばめトラベルの田中です。\n函館 2泊3日のお見積りをお送りいたします。\n\n・往復 新幹線（指定席）\n・湯の川温泉 2泊（夕朝食付）\n・市電1日乗車券\n\n合計 218,400円（4名様・税込）\n\nお部屋の確保は今週金曜までとなっております。\n', encloses: 'table' },
      { by: 'hanako', afterHours: 20, text: '健さん、見積りが来ました。金曜までに返事が要るそうです。どうでしょう？\n' },
      { by: 'ken', afterHours: 22, text: 'いいですね。初日の夕食だけ外で食べたいので、朝食付きプランとの差額を聞いてもらえますか。\n' },
      { by: 'hanako', afterHours: 23, text: '田中様\n\n1泊目のみ朝食付きに変更した場合の金額を教えていただけますでしょうか。\n' },
      { by: 'tanaka', afterHours: 30, text: '港様\n\n1泊目を朝食付きに変更の場合、合計 201,600円となります。\nこちらで進めてよろしければ、ご返信ください。\n' },
    ],
  },
  {
    subject: 'Re-opening of the reading room', among: ['daniel', 'hanako'], daysAgo: 9,
    turns: [
      { by: 'daniel', afterHours: 0, text: 'Dear Hanako,\n\nThe reading room opens again on 7 December. We would love to have your short talk on the harbour photographs, fifteen minutes or so.\n\nWould the afternoon suit you?\n\nBest wishes,\nDaniel\n' },
      { by: 'hanako', afterHours: 26, text: 'Dear Daniel,\n\nThe afternoon is perfect. I will bring the slides on a stick.\n\nHanako\n' },
    ],
  },
  {
    subject: '保護者会のご案内', among: ['school', 'hanako'], daysAgo: 12,
    turns: [{ by: 'school', afterHours: 0, text: '保護者の皆様\n\n下記のとおり保護者会を開催いたします。\n\n日時　12月12日（土）14:00〜\n場所　本校 第二会議室\n\nお車でのご来校はご遠慮ください。\n\n潮騒学園 事務局\n', encloses: 'plan' }],
  },
  {
    subject: '写真展の設営', among: ['suzuki', 'hanako', 'taro'], daysAgo: 16,
    turns: [
      { by: 'suzuki', afterHours: 0, text: '花子さん、太郎さん\n\n写真展の設営は土曜の朝 9 時からです。\n脚立が 2 台あるとたすかります。\n\n鈴木\n' },
      { by: 'taro', afterHours: 1, text: '脚立、1台持っていけます。\n' },
      { by: 'hanako', afterHours: 2, text: '工務店さんから借りられるか聞いてみますね。\n' },
      { by: 'suzuki', afterHours: 4, text: '助かります。搬入口は北側です。\n', encloses: 'photo' },
    ],
  },
  {
    subject: 'Keys to the flat in Cádiz', among: ['lucia', 'hanako'], daysAgo: 21,
    turns: [
      { by: 'lucia', afterHours: 0, text: 'Hola Hanako!\n\nThe keys are with Rosa on the ground floor. She is home until 22:00. The hot water takes two minutes, be patient with it.\n\n¡Buen viaje!\nLucía\n', encloses: 'photo' },
      { by: 'hanako', afterHours: 11, text: 'Muchas gracias, Lucía! We will be there around 20:30.\n' },
    ],
  },
  {
    subject: '見積書の件（ひなた電機）', among: ['kobayashi', 'taro', 'hanako'], daysAgo: 27,
    turns: [
      { by: 'kobayashi', afterHours: 0, text: '波戸様\n\nひなた電機の小林です。\nご依頼の照明器具の見積書をお送りします。納期は約2週間です。\n', encloses: 'table' },
      { by: 'taro', afterHours: 7, text: '小林様\n\nありがとうございます。玄関の分だけ電球色に変えていただけますか。\n' },
      { by: 'kobayashi', afterHours: 24, text: '承知いたしました。金額の変更はございません。\n' },
    ],
  },
  {
    subject: 'Weekend plans?', among: ['yuki', 'hanako'], daysAgo: 33,
    turns: [
      { by: 'yuki', afterHours: 0, text: 'The maples at the temple should be at their best. Saturday, early train?\n' },
      { by: 'hanako', afterHours: 1, text: 'Yes! 7:42 from the harbour station. I bring onigiri.\n' },
      { by: 'yuki', afterHours: 2, text: 'Then I bring the tea. 🍁\n', encloses: 'photo' },
    ],
  },
  {
    subject: '忘年会の出欠', among: ['ken', 'hanako', 'taro', 'yuki'], daysAgo: 4,
    turns: [
      { by: 'ken', afterHours: 0, text: '皆さん\n\n今年の忘年会は 12月18日（金）19時から「磯料理 なぎさ」です。\n会費 5,000円。出欠を今週中に教えてください。\n\n赤橋\n' },
      { by: 'yuki', afterHours: 2, text: '出席します！\n' },
      { by: 'taro', afterHours: 6, text: '出席です。少し遅れます。\n' },
    ],
  },
]
