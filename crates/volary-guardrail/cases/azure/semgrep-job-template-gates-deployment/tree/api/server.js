import express from 'express';
import { log } from '../shared/log.js';

const app = express();
app.get('/healthz', (_, res) => res.send('ok'));
app.listen(process.env.PORT ?? 8080, () => log('listening'));
