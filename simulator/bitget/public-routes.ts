import { symbols } from '../market.ts';
import { categories, lastPrice } from './market.ts';
import { optionalText, requiredChoice } from './parameters.ts';
import { type PublicCall, type PublicRoute, serverTime, stamp, type World } from './world.ts';

/**
 * Sources: https://www.bitget.com/api-doc/common/public/Get-Server-Time and
 * https://www.bitget.com/api-doc/uta/public/Tickers. `/api/v3/public/time`, which some client libraries call,
 * is not documented and was seen to answer 404.
 */
export const publicRoutes: readonly PublicRoute[] = [
  {
    name: 'time',
    method: 'GET',
    path: '/api/v2/public/time',
    perSecond: 20,
    access: 'public',
    handle: ({ world }) => ({ serverTime: String(serverTime(world)) }),
  },
  {
    name: 'tickers',
    method: 'GET',
    path: '/api/v3/market/tickers',
    perSecond: 20,
    access: 'public',
    handle: listTickers,
  },
];

function listTickers({ world, fields }: PublicCall): object[] {
  const category = requiredChoice(fields, 'category', categories);
  const symbol = optionalText(fields, 'symbol');
  return (symbol === undefined ? symbols : [symbol]).map((name) => describeTicker(world, category, name));
}

function describeTicker(world: World, category: string, symbol: string): object {
  const price = lastPrice(symbol);
  const last = String(price);
  const futures = { indexPrice: last, markPrice: last, fundingRate: '0.000001', openInterest: '1411.1397' };
  return {
    category,
    symbol,
    lastPrice: last,
    openPrice24h: last,
    highPrice24h: last,
    lowPrice24h: last,
    ask1Price: (price * 1.0001).toFixed(4),
    bid1Price: (price * 0.9999).toFixed(4),
    bid1Size: '9.69',
    ask1Size: '9.69',
    price24hPcnt: '0',
    volume24h: '52.0516',
    turnover24h: (price * 52.0516).toFixed(4),
    ts: stamp(world, world.clock.now()),
    ...(category.endsWith('FUTURES') ? futures : {}),
  };
}
