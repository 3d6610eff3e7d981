package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.group.GroupLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of devices over HTTP: their members, the events for them, and the group of all devices. */
class GroupsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static ApiFixture server;
    private String group;
    private ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        // up to three members get an event in its own transaction, more in the background
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withGroups(new GroupLimits(3, 2, 100)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeGroup() {
        group = "stores/" + NUMBERS.incrementAndGet();
        server.operator().put(path()).expect(201);
        grill = server.register("grill");
    }

    private String path() {
        return "/v1/groups/" + group;
    }

    private String member(ApiFixture.Device device) {
        return path() + "/members/" + device.id();
    }

    private long addMember(ApiFixture.Device device) {
        return server.operator()
                .put(member(device))
                .expect(201)
                .json()
                .path("revision")
                .asLong();
    }

    private List<ApiFixture.Device> addMember(int count) {
        List<ApiFixture.Device> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(server.register("oven"));
            addMember(devices.get(i));
        }
        return devices;
    }

    private static CheckedResponse publish(String id, String attributes) {
        return server.operator()
                .postAs(
                        "application/cloudevents+json",
                        "/v1/events",
                        "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/head-office/"
                                + NUMBERS.incrementAndGet() + "\",\"type\":\"shop.news\"," + attributes + "}");
    }

    private CheckedResponse publish(String id) {
        return publish(id, "\"group\":\"" + group + "\"").expect(200);
    }

    private static List<String> eventIds(ApiFixture.Device device) {
        List<String> ids = new ArrayList<>();
        device.client()
                .get(device.feed())
                .expect(200)
                .json()
                .forEach(change -> ids.add(change.path("originid").asText()));
        return ids;
    }

    private static void awaitEvents(ApiFixture.Device device, String... ids) {
        await().atMost(Duration.ofMinutes(1)).until(() -> eventIds(device).equals(List.of(ids)));
    }

    @Test
    void groupIsMadeOnceAndShown() {
        server.operator().put(path()).expect(200);
        long revision = addMember(grill);

        JsonNode shown = server.operator().get(path()).expect(200).json();

        assertEquals(group, shown.path("group").asText());
        assertEquals(1, shown.path("members").asInt());
        assertEquals(revision, shown.path("changed").asLong());
        assertEquals(revision, shown.path("head").asLong());
        assertEquals(0, shown.path("underway").asInt());
        server.operator().get(path() + "nowhere").expectProblem(404, "not-found", "there is no group");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "devices", "partners", "operations", "groups", "all"})
    void reservedKindIsRefusedByName(String kind) {
        server.operator()
                .put("/v1/groups/" + kind + "/17")
                .expectProblem(400, "invalid-request", kind + " is a reserved");
        publish("e", "\"group\":\"" + kind + "/17\"").expectProblem(400, "invalid-request", kind + " is a reserved");
    }

    @ParameterizedTest
    @CsvSource({"st.ores/17, kind", "abcdefghijklmnopqrstuvwxyz123456/17, kind", "stores/a.b, id", "stores/a%20b, id"})
    void malformedNameIsRefused(String name, String part) {
        server.operator().put("/v1/groups/" + name).expectProblem(400, "invalid-request", part);
    }

    @Test
    void membersComeAndGoWithRevisionsOfTheGroupsFeed() {
        assertEquals(1, addMember(grill));
        assertEquals(
                1,
                server.operator()
                        .put(member(grill))
                        .expect(200)
                        .json()
                        .path("revision")
                        .asLong(),
                "a member already");
        assertEquals(
                2,
                server.operator()
                        .delete(member(grill))
                        .expect(200)
                        .json()
                        .path("revision")
                        .asLong());
        server.operator().delete(member(grill)).expectProblem(404, "not-found", "is no member");
        server.operator().put(path() + "/members/nobody").expectProblem(404, "not-found", "there is no device nobody");
        server.operator().put(member(grill).replace(group, "stores/none")).expectProblem(404, "not-found", "group");

        JsonNode page = server.operator().get(path() + "/feed").expect(200).json();
        assertEquals("io.bellwire.group.member-added", page.get(0).path("type").asText());
        assertEquals(
                "io.bellwire.group.member-removed", page.get(1).path("type").asText());
        assertEquals(grill.id(), page.get(1).path("subject").asText());
        assertEquals(path() + "/feed", page.get(1).path("source").asText());
        assertEquals(2, page.size());
        assertEquals(List.of(), eventIds(grill), "who comes and goes is told in the group's feed alone");
    }

    @Test
    void membersAreListedPageByPage() {
        List<ApiFixture.Device> ovens = addMember(5);
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = server.operator()
                    .get(path() + "/members?limit=2&cursor=" + cursor)
                    .expect(200)
                    .json();
            page.path("members")
                    .forEach(member -> listed.add(member.path("device_id").asText()));
            cursor = page.path("next").asText();
        } while (!cursor.isEmpty());

        assertEquals(ovens.stream().map(ApiFixture.Device::id).toList(), listed);
        server.operator().get(path() + "/members?cursor=unheard-of").expectProblem(400, "invalid-request", "cursor");
    }

    @Test
    void smallGroupHasTheEventWhenItIsAnswered() {
        addMember(grill);
        List<ApiFixture.Device> ovens = addMember(2);

        publish("news");

        assertEquals(List.of("news"), eventIds(grill));
        ovens.forEach(oven -> assertEquals(List.of("news"), eventIds(oven)));
        CheckedResponse page = server.operator().get(path() + "/feed?cursor=").expect(200);
        assertEquals("news", page.json().get(3).path("originid").asText());
        assertEquals(group, page.json().get(3).path("group").asText());
        server.operator()
                .get(path() + "/feed?cursor=" + Cursors.madeUp(page.cursor(), 9))
                .expect(410);
    }

    @Test
    void largeGroupHasItSoonAndInOrder() {
        List<ApiFixture.Device> ovens = addMember(7);
        for (String id : List.of("a", "b", "c", "d")) {
            publish(id);
        }

        ovens.forEach(oven -> awaitEvents(oven, "a", "b", "c", "d"));
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        server.operator().get(path()).json().path("underway").asInt() == 0);
    }

    @Test
    void repeatedEventReachesNobodyTwice() {
        List<ApiFixture.Device> ovens = addMember(5);
        String event = "{\"specversion\":\"1.0\",\"id\":\"once\",\"source\":\"/x/" + group
                + "\",\"type\":\"shop.news\",\"group\":\"" + group + "\"}";
        for (int duplicates = 0; duplicates < 2; duplicates++) {
            CheckedResponse answer = server.operator().postAs("application/cloudevents+json", "/v1/events", event);
            assertEquals(
                    duplicates, answer.expect(200).json().path("duplicates").asInt());
        }
        publish("last");

        ovens.forEach(oven -> awaitEvents(oven, "once", "last"));
    }

    @Test
    void deviceThatIsNamedAndAMemberHasTheEventOnce() {
        addMember(grill);

        publish("both", "\"group\":\"" + group + "\",\"deviceid\":\"" + grill.id() + "\"")
                .expect(200);

        assertEquals(List.of("both"), eventIds(grill));
    }

    @Test
    void unknownGroupIsNamed() {
        publish("e", "\"group\":\"stores/none\"")
                .expectProblem(400, "invalid-request", "group: there is no group stores/none");
        publish("e", "\"colour\":\"red\"").expectProblem(400, "invalid-request", "deviceid is missing");
    }

    @Test
    void groupsAreTheOperatorsAlone() {
        addMember(grill);
        for (String path : List.of(path(), path() + "/members", path() + "/feed")) {
            grill.client().get(path).expect(403);
            server.stranger().get(path).expect(401);
        }
        grill.client().put(member(grill)).expect(403);
        grill.client().delete(member(grill)).expect(403);
    }

    @Test
    void allDevicesAreThoseThatAreRegisteredAndEnabled() {
        try (ApiFixture own = ApiFixture.of(FeedApiOptions.DEFAULT.withGroups(new GroupLimits(2, 2, 100)))) {
            ApiFixture.Device one = own.register("one");
            ApiFixture.Device two = own.register("two");
            publishToAll(own, "small");
            assertEquals(List.of("small"), eventIds(one));
            assertEquals(List.of("small"), eventIds(two));

            ApiFixture.Device three = own.register("three");
            ApiFixture.Device four = own.register("four");
            own.registerPartner("cafe");
            own.operator().delete(two.path()).expect(204);
            publishToAll(own, "large");
            awaitEvents(one, "small", "large");
            awaitEvents(three, "large");
            awaitEvents(four, "large");

            String secret = own.operator()
                    .put(two.path())
                    .expect(201)
                    .json()
                    .path("secret")
                    .asText();
            two = new ApiFixture.Device(two.id(), own.as(secret));
            publishToAll(own, "again");
            awaitEvents(two, "small", "again");
            awaitEvents(four, "large", "again");

            JsonNode all =
                    own.operator().get("/v1/groups/all/devices").expect(200).json();
            assertEquals(3, all.path("head").asInt());
            assertFalse(all.has("members"));
            assertEquals(
                    4,
                    own.operator()
                            .get("/v1/groups/all/devices/members")
                            .expect(200)
                            .json()
                            .path("members")
                            .size());
            own.operator()
                    .put("/v1/groups/all/devices/members/" + two.id())
                    .expectProblem(400, "invalid-request", "all is a reserved kind");
        }
    }

    private static void publishToAll(ApiFixture own, String id) {
        own.operator()
                .postAs(
                        "application/cloudevents+json",
                        "/v1/events",
                        "{\"specversion\":\"1.0\",\"id\":\"" + id
                                + "\",\"source\":\"/x\",\"type\":\"shop.news\",\"group\":\"all/devices\"}")
                .expect(200);
    }

    @Test
    void fanOutIsMeasured() {
        String metrics = server.stranger().get("/metrics").expect(200).text();
        for (String name : List.of("events", "remaining", "lag_seconds", "entries_total", "failures_total")) {
            assertTrue(metrics.contains("\nbellwire_fanout_" + name + " "), name);
        }
    }
}
