package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainQueryTest {
    @Test
    void plainPairsAreParsed() {
        assertEquals(
                Map.of("cursor", "abcdefghij.12", "limit", "100", "wait_ms", ""),
                PlainQuery.parse("limit=100&cursor=abcdefghij.12&wait_ms="));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "=b",
                "a=b&",
                "&a=b",
                "a=b&&c=d",
                "a=b=c",
                "a=b&a=c",
                "a=%20",
                "a=b+c",
                "a=b;c=d",
                "ä=b",
                "a= b",
            })
    void queryThatNeedsDecodingIsNotPlain(String query) {
        assertNull(PlainQuery.parse(query));
    }
}
