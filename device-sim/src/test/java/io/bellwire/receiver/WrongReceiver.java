package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.SECRET;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Receivers with one fault each, of the kind that people build. The name is that of the case that finds it. */
enum WrongReceiver {
    CHALLENGE_ANSWERED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request ->
                    isOf(request, "challenge") && right.handle(request).answer().status() == 200
                            ? RightReceiver.reply(ReceiverAnswer.json(200, "challenge", "yes"))
                            : right.handle(request);
        }
    },
    CALL_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> orderOf(request).startsWith("call-received"));
        }
    },
    ANSWERS_IN_TIME {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            AtomicInteger timed = new AtomicInteger();
            return request -> {
                ReceiverServer.Reply reply = right.handle(request);
                boolean isLate = orderOf(request).startsWith("answers-in-time") && timed.incrementAndGet() == 20;
                return new ReceiverServer.Reply(reply.answer(), isLate ? Duration.ofHours(1) : Duration.ZERO, false);
            };
        }
    },
    BATCH_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> json(request).isArray());
        }
    },
    EVENT_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> isOf(request, "event"));
        }
    },
    SIGNAL_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> isOf(request, "signal"));
        }
    },
    TEST_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> isOf(request, "test"));
        }
    },
    UNKNOWN_TYPE_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(
                    right, request -> json(request).path("type").asText().startsWith("com."));
        }
    },
    UNKNOWN_MEMBERS_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> json(request).has("certifyextension"));
        }
    },
    UNKNOWN_HEADERS_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> !request.header("x-certify").isEmpty());
        }
    },
    /** Behind a proxy that writes some JSON anew. */
    RAW_BODY_VERIFIED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> right.handle(
                    text(request).contains("\t")
                            ? withBody(request, json(request).toString())
                            : request);
        }
    },
    SECOND_SIGNATURE_COUNTS {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> right.handle(with(
                    request,
                    "webhook-signature",
                    request.header("webhook-signature").replaceAll(" .*", "")));
        }
    },
    UNKNOWN_SIGNATURE_IGNORED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(
                    right, request -> request.header("webhook-signature").contains("v9,"));
        }
    },
    /** Answers what it has already with 409. */
    REPETITION_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            Set<String> seen = new HashSet<>();
            return request -> {
                ReceiverServer.Reply reply = right.handle(request);
                boolean isKnown = reply.answer().status() == 204 && !seen.add(request.header("webhook-id"));
                return isKnown && isOf(request, "full") ? refused(409) : reply;
            };
        }
    },
    LATE_CHANGE_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            Map<String, Long> versions = new HashMap<>();
            return refusing(right, request -> {
                long version = json(request).path("data").path("version").asLong();
                return versions.merge(orderOf(request), version, Math::max) > version;
            });
        }
    },
    PARALLEL_RECEIVED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            AtomicInteger inside = new AtomicInteger();
            CountDownLatch second = new CountDownLatch(1);
            return request -> {
                if (!orderOf(request).startsWith("parallel-received")) {
                    return right.handle(request);
                }
                if (inside.incrementAndGet() > 1) {
                    second.countDown();
                    return refused(503);
                }
                try {
                    boolean unused = second.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                }
                return right.handle(request);
            };
        }
    },
    LARGE_BODY_ANSWERED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return refusing(right, request -> request.body().length > 60_000);
        }
    },
    CONNECTIONS_ALIKE {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            AtomicInteger calls = new AtomicInteger();
            return refusing(
                    right, request -> orderOf(request).startsWith("connections-alike") && calls.incrementAndGet() > 24);
        }
    },
    NO_REDIRECT {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> orderOf(request).startsWith("no-redirect")
                    ? RightReceiver.reply(new ReceiverAnswer(308, Map.of("Location", "/other"), ""))
                    : right.handle(request);
        }
    },
    SMALL_ANSWER {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> {
                ReceiverServer.Reply reply = right.handle(request);
                return reply.answer().status() == 204
                        ? RightReceiver.reply(ReceiverAnswer.json(200, "page", "x".repeat(CallReply.BODY_BYTES_MAX)))
                        : reply;
            };
        }
    },
    /** Answers challenges before it verifies them. */
    CHALLENGE_WITHOUT_SIGNATURE_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> isOf(request, "challenge")
                    ? RightReceiver.reply(ReceiverAnswer.json(
                            200,
                            "challenge",
                            json(request).path("data").path("challenge").asText()))
                    : right.handle(request);
        }
    },
    MISSING_SIGNATURE_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> request.header("webhook-signature").isEmpty()
                    ? RightReceiver.reply(ReceiverAnswer.RECEIVED)
                    : right.handle(request);
        }
    },
    /** Fails over the Base64. */
    MALFORMED_SIGNATURE_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> request.header("webhook-signature").equals("v1,!") ? refused(500) : right.handle(request);
        }
    },
    /** Has a path on which nobody verifies. */
    WRONG_SIGNATURE_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> orderOf(request).startsWith("wrong-signature-refused")
                    ? RightReceiver.reply(ReceiverAnswer.RECEIVED)
                    : right.handle(request);
        }
    },
    /** Trims the body before it verifies. */
    TAMPERED_BODY_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> {
                ReceiverServer.Reply reply = right.handle(request);
                return reply.answer().status() == 401
                        ? right.handle(withBody(request, text(request).strip()))
                        : reply;
            };
        }
    },
    /** Takes the id from the body. */
    OTHER_ID_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> {
                String id = json(request).path("id").asText().replaceFirst("\\.(\\d+)\\..*", "-$1");
                return right.handle(
                        isOf(request, "full") && !json(request).isArray() ? with(request, "webhook-id", id) : request);
            };
        }
    },
    /** Rounds the timestamp. */
    OTHER_TIMESTAMP_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> {
                ReceiverServer.Reply reply = right.handle(request);
                String timestamp = request.header("webhook-timestamp");
                return reply.answer().status() == 401 && !timestamp.isEmpty()
                        ? right.handle(
                                with(request, "webhook-timestamp", String.valueOf(Long.parseLong(timestamp) - 1)))
                        : reply;
            };
        }
    },
    OLD_TIMESTAMP_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> tolerant(right, request, 1);
        }
    },
    FUTURE_TIMESTAMP_REFUSED {
        @Override
        ReceiverServer.Handler handler(RightReceiver right) {
            return request -> tolerant(right, request, -1);
        }
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The receiver; {@code right} does what is not wrong. */
    abstract ReceiverServer.Handler handler(RightReceiver right);

    String caseId() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Which calls are answered with 500. */
    interface Condition {
        boolean holds(ReceivedRequest request);
    }

    private static ReceiverServer.Handler refusing(RightReceiver right, Condition wrongly) {
        return request -> {
            ReceiverServer.Reply reply = right.handle(request);
            return reply.answer().status() < 300 && wrongly.holds(request) ? refused(500) : reply;
        };
    }

    /** Accepts what is up to an hour old (sign 1) or ahead (-1). */
    private static ReceiverServer.Reply tolerant(RightReceiver right, ReceivedRequest request, int sign) {
        ReceiverServer.Reply reply = right.handle(request);
        String timestamp = request.header("webhook-timestamp");
        if (reply.answer().status() != 401 || timestamp.isEmpty()) {
            return reply;
        }
        Instant now = Instant.now();
        boolean isOnTheSide = sign * (now.getEpochSecond() - Long.parseLong(timestamp)) > 300;
        boolean isSigned = new SignatureVerifier(List.of(ReceiverKey.parse(SECRET)), Duration.ofHours(1))
                .refusal(request, now)
                .isEmpty();
        return isOnTheSide && isSigned ? RightReceiver.reply(ReceiverAnswer.RECEIVED) : reply;
    }

    private static ReceiverServer.Reply refused(int status) {
        return RightReceiver.reply(ReceiverAnswer.refusal(status, "wrong receiver"));
    }

    private static boolean isOf(ReceivedRequest request, String payload) {
        return request.header("bellwire-payload").equals(payload);
    }

    /** The order that a change is about; it begins with the case's id. */
    static String orderOf(ReceivedRequest request) {
        return json(request).path("subject").asText();
    }

    private static String text(ReceivedRequest request) {
        return new String(request.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(ReceivedRequest request) {
        try {
            return JSON.readTree(request.body());
        } catch (IOException malformed) {
            return JSON.nullNode();
        }
    }

    private static ReceivedRequest with(ReceivedRequest request, String name, String value) {
        Map<String, String> headers = new HashMap<>();
        for (String one : List.of("webhook-id", "webhook-timestamp", "webhook-signature", "bellwire-payload")) {
            if (!request.header(one).isEmpty()) {
                headers.put(one, request.header(one));
            }
        }
        headers.put(name, value);
        return new ReceivedRequest(request.method(), headers, request.body());
    }

    private static ReceivedRequest withBody(ReceivedRequest request, String body) {
        Map<String, String> headers = new HashMap<>();
        for (String one : List.of("webhook-id", "webhook-timestamp", "webhook-signature", "bellwire-payload")) {
            headers.put(one, request.header(one));
        }
        return new ReceivedRequest(request.method(), headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
