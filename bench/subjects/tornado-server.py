"""A long-poll server in the style of Tornado's chat demo: /get and /set on keys, mailboxes in Redis.

Arguments: port, port of Redis or 0. One process; keys live in its memory, mailboxes in Redis lists.
"""
import asyncio
import sys

import redis.asyncio
import tornado.httpserver
import tornado.locks
import tornado.netutil
import tornado.web

PORT, REDIS_PORT = int(sys.argv[1]), int(sys.argv[2])
HISTORY = 16


class Key:
    __slots__ = ("entries", "offset", "changed")

    def __init__(self):
        self.entries = []
        self.offset = 0
        self.changed = tornado.locks.Condition()


keys = {}
mailboxes = {}
waiting = 0
database = None


def key_named(name):
    key = keys.get(name)
    if key is None:
        key = keys[name] = Key()
    return key


class Poll(tornado.web.RequestHandler):
    """Counts the parked polls and lets go of those whose client has left."""

    parked = None

    async def park(self, future):
        global waiting
        self.parked = future
        waiting += 1
        try:
            return await future
        except asyncio.CancelledError:
            return False
        finally:
            waiting -= 1
            self.parked = None

    def on_connection_close(self):
        if self.parked is not None:
            self.parked.cancel()


class Get(Poll):
    async def get(self):
        name = self.get_argument("key")
        after = int(self.get_argument("after", "0"))
        key = key_named(name)
        while key.offset <= after:
            await self.park(key.changed.wait())
            if self.request.connection.stream.closed():
                return
        self.set_header("Content-Type", "application/json")
        self.write({"error_code": 0, "key": name, "value": key.entries[-1], "cursor": str(key.offset)})


class Set(tornado.web.RequestHandler):
    def post(self):
        key = key_named(self.get_argument("key"))
        key.entries.append(self.get_argument("value"))
        if len(key.entries) > HISTORY:
            key.entries.pop(0)
        key.offset += 1
        key.changed.notify_all()
        self.write({"error_code": 0, "cursor": str(key.offset)})


class Mailbox(Poll):
    async def get(self):
        uid = self.get_argument("uid")
        mailbox = mailboxes.get(uid)
        if mailbox is None:
            mailbox = mailboxes[uid] = tornado.locks.Condition()
        while True:
            # Before the look, so that a push in between is heard.
            pushed = mailbox.wait()
            message = await database.rpop("mailbox:" + uid)
            if message is not None:
                break
            await self.park(pushed)
            if self.request.connection.stream.closed():
                return
        self.set_header("Content-Type", "application/json")
        self.write(message)


class Push(tornado.web.RequestHandler):
    async def post(self):
        uid = self.get_argument("uid")
        await database.lpush("mailbox:" + uid, self.get_argument("value"))
        await database.publish("mailboxes", uid)
        self.write({"error_code": 0})


class Stats(tornado.web.RequestHandler):
    def get(self):
        self.write("waiting: %d\n" % waiting)


async def listen_for_pushes():
    subscriber = database.pubsub()
    await subscriber.subscribe("mailboxes")
    async for message in subscriber.listen():
        if message["type"] == "message":
            mailbox = mailboxes.get(message["data"].decode())
            if mailbox is not None:
                mailbox.notify_all()


async def main():
    global database
    routes = [("/get", Get), ("/set", Set), ("/", Mailbox), ("/push", Push), ("/stats", Stats)]
    server = tornado.httpserver.HTTPServer(tornado.web.Application(routes, log_function=lambda handler: None))
    server.add_sockets(tornado.netutil.bind_sockets(PORT, "127.0.0.1", backlog=4096))
    if REDIS_PORT:
        database = redis.asyncio.Redis(host="127.0.0.1", port=REDIS_PORT)
        await listen_for_pushes()
    await asyncio.Event().wait()


asyncio.run(main())
