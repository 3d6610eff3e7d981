package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of feeds, and whose they are. */
class FeedIdTest {
    private static final String LONGEST_ID = "AZaz09_-".repeat(8);
    private static final String LONGEST_KIND = "AZaz09_-".repeat(4).substring(1);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "orders/created",
                "operations",
                "audit",
                "devices/grill",
                "partners/acme",
                "partners/acme/created",
                "operators/ann",
                "stores/17",
                "all/devices",
                "ordersx/7"
            })
    void feedIsNamedByItsPath(String path) {
        assertEquals(path, new FeedId(path).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "grill",
                "devices",
                "devices/",
                "devices/gr ill",
                "devices/grill/created",
                "orders/7",
                "operations/7",
                "audit/7",
                "groups/7",
                "partners/acme/changed",
                "operators/ann/created",
                "stores/",
                "stores/17/created",
                "st.ores/17"
            })
    void otherTextNamesNoFeed(String path) {
        assertThrows(IllegalArgumentException.class, () -> new FeedId(path));
    }

    @Test
    void idsHaveUpTo64CharactersAndKindsUpTo31() {
        assertEquals(
                "devices/" + LONGEST_ID,
                FeedId.ofDevice(new DeviceId(LONGEST_ID)).path());
        assertEquals(
                LONGEST_KIND + "/" + LONGEST_ID,
                FeedId.ofGroup(LONGEST_KIND, LONGEST_ID).path());
        assertTrue(FeedId.isGroupKind(LONGEST_KIND));
        assertFalse(FeedId.isGroupKind(LONGEST_KIND + "x"));
        assertThrows(IllegalArgumentException.class, () -> FeedId.ofGroup(LONGEST_KIND + "x", "17"));
        for (String prefix : List.of("devices/", "partners/", "stores/")) {
            assertThrows(IllegalArgumentException.class, () -> new FeedId(prefix + LONGEST_ID + "x"));
        }
    }

    @Test
    void idOfADeviceIsATopicLevelAndAPathSegmentWithoutEscaping() {
        assertTrue(DeviceId.isValid(LONGEST_ID));
        assertFalse(DeviceId.isValid(LONGEST_ID + "x"));
        assertFalse(DeviceId.isValid(""));
        for (char c = 0; c < 256; c++) {
            boolean isOfId = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".indexOf(c) >= 0;
            assertEquals(isOfId, DeviceId.isValid("x" + c), "character " + (int) c);
        }
        assertEquals("grill", new DeviceId("grill").toString());
        assertThrows(IllegalArgumentException.class, () -> new DeviceId("gr/ill"));
    }

    @Test
    void feedBelongsToADeviceAPartnerAnOperatorOrAGroup() {
        for (String path : List.of(
                "devices/grill",
                "partners/acme",
                "partners/acme/created",
                "operators/ann",
                "stores/17",
                "all/devices",
                "orders",
                "orders/created",
                "operations",
                "audit")) {
            FeedId feed = new FeedId(path);
            boolean isDevice = path.equals("devices/grill");
            assertEquals(isDevice ? Optional.of(new DeviceId("grill")) : Optional.empty(), feed.device(), path);
            assertEquals(path.equals("partners/acme") ? Optional.of("acme") : Optional.empty(), feed.partner(), path);
            assertEquals(path.equals("operators/ann") ? Optional.of("ann") : Optional.empty(), feed.operator(), path);
            assertEquals(path.equals("stores/17") || path.equals("all/devices"), feed.isGroup(), path);
        }
        assertEquals("partners/acme", FeedId.ofPartner("acme").path());
        assertEquals("partners/acme/created", FeedId.ofPartnerCreated("acme").path());
        assertEquals("operators/ann", FeedId.ofOperator("ann").path());
    }

    @Test
    void reservedKindsAreNoGroups() {
        for (String kind : FeedId.RESERVED_KINDS) {
            assertFalse(FeedId.isGroupKind(kind), kind);
        }
        assertTrue(FeedId.isGroupKind("stores"));
        assertFalse(FeedId.isGroupKind(""));
        assertFalse(FeedId.isGroupKind("st/ores"));
    }
}
