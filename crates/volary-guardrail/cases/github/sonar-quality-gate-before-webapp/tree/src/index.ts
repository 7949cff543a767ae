import { createServer } from "node:http";

createServer((_, res) => res.end("ok")).listen(process.env.PORT ?? 8080);
