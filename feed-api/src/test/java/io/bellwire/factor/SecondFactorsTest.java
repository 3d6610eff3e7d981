package io.bellwire.factor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.audit.AuditEntry;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.http.TestClock;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.BothStores;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import io.bellwire.sealed.SettingsKey;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Codes on both stores, by a clock that the test sets. Each protected write here counts how often it was made. */
@ParameterizedClass
@EnumSource(BothStores.class)
class SecondFactorsTest {
    private static final FeedId BAKERY = FeedId.ofPartner("bakery");
    private static final String COUNTER = "counter";
    private static final Duration STEP = Duration.ofSeconds(30);

    private final SecureRandom random = new SecureRandom();
    private final TestClock clock = new TestClock("2026-11-22T12:00:00Z");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry(SimpleConfig.DEFAULT, TestClock.ofMeters(clock));
    private final DataStore store;
    private final EventLog events;
    private final SettingsKey key = SettingsKey.draw(random);
    private SecondFactors factors;

    SecondFactorsTest(BothStores kind) {
        store = kind.open();
        events = new EventLog(store, LogLimits.DEFAULT, clock, meters);
        factors = withKey(key);
    }

    /** As after a restart: what was in memory is forgotten. */
    private SecondFactors withKey(SettingsKey other) {
        return new SecondFactors(events, store.documents(), other, random, clock, meters);
    }

    @AfterEach
    void close() {
        events.close();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Counts in a document how often it was made. */
    private static Write<Boolean> count() {
        return new Write<>() {
            @Override
            public void declareNeeds(BatchNeeds needs) {
                needs.key(DocumentStore.KEPT, COUNTER);
            }

            @Override
            public int bytes() {
                return 100;
            }

            @Override
            public Boolean decide(WriteBatch batch) {
                Document before = batch.get(DocumentStore.KEPT, COUNTER);
                batch.put(
                        DocumentStore.KEPT,
                        COUNTER,
                        new Document(COUNTER, new byte[before == null ? 1 : before.bytes() + 1]));
                return true;
            }
        };
    }

    private int counted() {
        return store.documents().find(COUNTER).map(Document::bytes).orElse(0);
    }

    private Authenticator enrolled() {
        SecondFactors.NewFactor made = join(factors.enrol(BAKERY));
        assertTrue(join(events.submit(made.write())));
        return new Authenticator(made.secret().base32());
    }

    private Authenticator confirmed() {
        Authenticator app = enrolled();
        assertPassed(join(factors.confirm(BAKERY, app.codeAt(clock.instant()), AuditEntry.NONE)));
        clock.advance(STEP);
        return app;
    }

    private FactorResult<Boolean> require(String code) {
        return join(factors.require(BAKERY, Optional.of(code), count()));
    }

    private static void assertPassed(FactorResult<Boolean> result) {
        assertEquals(new FactorResult.Passed<>(true), result);
    }

    private static void assertRefused(FactorRefusal why, FactorResult<Boolean> result) {
        assertEquals(FactorResult.refused(why), result);
    }

    @Test
    void secretCountsOnceItIsConfirmed() {
        assertEquals(new FactorStatus(false, false, Optional.empty()), join(factors.status(BAKERY)));
        assertRefused(FactorRefusal.NOT_CONFIRMED, require("123456"));
        Authenticator app = enrolled();
        String code = app.codeAt(clock.instant());
        Optional<java.time.Instant> made = Optional.of(clock.instant());
        assertEquals(new FactorStatus(true, false, made), join(factors.status(BAKERY)));
        assertRefused(FactorRefusal.NOT_CONFIRMED, require(code));
        assertRefused(
                FactorRefusal.CODE_WRONG,
                join(factors.confirm(BAKERY, app.wrongCodeAt(clock.instant()), AuditEntry.NONE)));

        assertPassed(join(factors.confirm(BAKERY, code, AuditEntry.NONE)));

        assertEquals(new FactorStatus(true, true, made), join(factors.status(BAKERY)));
        assertRefused(
                FactorRefusal.NOTHING_TO_CONFIRM,
                join(factors.confirm(BAKERY, app.codeAt(clock.instant().plus(STEP)), AuditEntry.NONE)));
        assertRefused(FactorRefusal.CODE_WRONG, require(code)); // it has confirmed the secret
        clock.advance(STEP);
        assertPassed(require(app.codeAt(clock.instant())));
        assertEquals(1, counted());
    }

    @Test
    void codeIsUsedOnceAlsoAfterARestartAndIfTheClockIsSetBack() {
        Authenticator app = confirmed();
        String code = app.codeAt(clock.instant());
        assertPassed(require(code));

        assertRefused(FactorRefusal.CODE_WRONG, require(code));
        factors = withKey(key);
        assertRefused(FactorRefusal.CODE_WRONG, require(code));
        String before = app.codeAt(clock.instant().minus(STEP));
        assertRefused(FactorRefusal.CODE_WRONG, require(before));
        clock.jump(Duration.ofHours(-1));
        assertRefused(FactorRefusal.CODE_WRONG, require(app.codeAt(clock.instant())));
        clock.jump(Duration.ofHours(1));
        clock.advance(STEP);
        assertPassed(require(app.codeAt(clock.instant())));
        assertEquals(2, counted());
    }

    @Test
    void sameCodeInManyRequestsAtOncePassesOnce() {
        Authenticator app = confirmed();
        String code = app.codeAt(clock.instant());
        List<CompletionStage<FactorResult<Boolean>>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(factors.require(BAKERY, Optional.of(code), count()));
        }

        long passed = results.stream()
                .filter(result -> join(result) instanceof FactorResult.Passed)
                .count();

        assertEquals(1, passed);
        assertEquals(1, counted());
    }

    @Test
    void clocksMayDifferByOneStep() {
        Authenticator app = confirmed();
        clock.advance(STEP.multipliedBy(10));

        assertRefused(
                FactorRefusal.CODE_WRONG, require(app.codeAt(clock.instant().minus(STEP.multipliedBy(2)))));
        assertRefused(
                FactorRefusal.CODE_WRONG, require(app.codeAt(clock.instant().plus(STEP.multipliedBy(2)))));
        assertPassed(require(app.codeAt(clock.instant().minus(STEP))));
        assertPassed(require(app.codeAt(clock.instant().plus(STEP))));
    }

    @Test
    void afterFiveWrongCodesTheRightOneHasToWaitToo() {
        Authenticator app = confirmed();
        for (int i = 0; i < CodeAttempts.IN_A_ROW_MAX; i++) {
            assertRefused(FactorRefusal.CODE_WRONG, require(i == 0 ? "no code" : app.wrongCodeAt(clock.instant())));
        }

        assertEquals(
                new FactorResult.Refused<>(FactorRefusal.TOO_MANY_ATTEMPTS, CodeAttempts.WAIT_FIRST),
                require(app.codeAt(clock.instant())));
        clock.advance(CodeAttempts.WAIT_FIRST);
        assertPassed(require(app.codeAt(clock.instant())));
        clock.advance(STEP);
        assertRefused(FactorRefusal.CODE_WRONG, require(app.wrongCodeAt(clock.instant())));
        assertPassed(require(app.codeAt(clock.instant())));
        assertEquals(6, (int) meters.get("bellwire.second.factor.codes")
                .tag("result", "wrong")
                .counter()
                .count());
    }

    @Test
    void newSecretTakesThePlaceOfTheConfirmedOneWhenItIsConfirmed() {
        Authenticator first = confirmed();
        Authenticator second = enrolled();
        assertPassed(require(first.codeAt(clock.instant())));

        assertPassed(join(factors.confirm(BAKERY, second.codeAt(clock.instant()), AuditEntry.NONE)));

        clock.advance(STEP);
        assertRefused(FactorRefusal.CODE_WRONG, require(first.codeAt(clock.instant())));
        assertPassed(require(second.codeAt(clock.instant())));
    }

    @Test
    void codeIsNeededIfThereIsAConfirmedFactor() {
        assertPassed(join(factors.requireIfConfirmed(BAKERY, Optional.empty(), count())));
        Authenticator app = enrolled();
        assertPassed(join(factors.requireIfConfirmed(BAKERY, Optional.empty(), count())));
        assertPassed(join(factors.confirm(BAKERY, app.codeAt(clock.instant()), AuditEntry.NONE)));

        assertRefused(FactorRefusal.CODE_MISSING, join(factors.requireIfConfirmed(BAKERY, Optional.empty(), count())));
        assertRefused(FactorRefusal.CODE_MISSING, join(factors.require(BAKERY, Optional.empty(), count())));
        assertEquals(2, counted());

        Write<Boolean> removal = join(factors.removal(BAKERY)).orElseThrow();
        assertTrue(join(events.submit(removal)));
        assertFalse(join(events.submit(removal)), "it is not there any more");
        assertPassed(join(factors.requireIfConfirmed(BAKERY, Optional.empty(), count())));
        assertEquals(List.of(), store.documents().withPrefix("second-factor", "", 10));
    }

    @Test
    void factorThatChangesMeanwhileIsNotOverwritten() {
        SecondFactors.NewFactor stale = join(factors.enrol(BAKERY));
        Authenticator app = enrolled();

        assertFalse(join(events.submit(stale.write())));

        assertPassed(join(factors.confirm(BAKERY, app.codeAt(clock.instant()), AuditEntry.NONE)));
    }

    @Test
    void writeThatFindsSomethingElseThanItWasPreparedForUsesUpNoCode() {
        Authenticator app = confirmed();
        Document other = new Document(COUNTER, "7".getBytes(StandardCharsets.UTF_8));
        Write<Boolean> late = new ReplaceDocuments(
                List.of(new ReplaceDocuments.Replacement(COUNTER, Optional.of(other), Optional.empty())),
                List.of(),
                List.of());
        String code = app.codeAt(clock.instant());

        assertEquals(new FactorResult.Passed<>(false), join(factors.require(BAKERY, Optional.of(code), late)));

        assertPassed(require(code));
        assertRefused(FactorRefusal.CODE_WRONG, require(code));
    }

    @Test
    void writeThatWasPreparedWithAnotherFactorIsNotMade() {
        Write<FactorResult<Boolean>> stale = new CheckedWrite<>(BAKERY, null, Optional.empty(), count());
        Authenticator unused = enrolled();

        assertRefused(FactorRefusal.CHANGED_MEANWHILE, join(events.submit(stale)));

        assertEquals(0, counted());
    }

    @Test
    void secretIsNotInTheLogAndCountsAsNoneWithAnotherSettingsKey() {
        SecondFactors.NewFactor made = join(factors.enrol(BAKERY));
        assertTrue(join(events.submit(made.write())));
        String stored = new String(
                store.documents()
                        .find("second-factor/partners/bakery")
                        .orElseThrow()
                        .json(),
                StandardCharsets.UTF_8);
        assertFalse(stored.contains(made.secret().base32()), stored);
        assertFalse(
                stored.contains(java.util.Base64.getEncoder()
                        .encodeToString(made.secret().bytes())),
                stored);
        Authenticator app = new Authenticator(made.secret().base32());
        assertPassed(join(factors.confirm(BAKERY, app.codeAt(clock.instant()), AuditEntry.NONE)));

        factors = withKey(SettingsKey.draw(random));

        assertEquals(new FactorStatus(false, false, Optional.empty()), join(factors.status(BAKERY)));
        Authenticator anew = confirmed();
        assertPassed(require(anew.codeAt(clock.instant())));
    }
}
