package io.bellwire.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows that orders are found again in any bytes that hold their text. */
class OrderTextTest {
    private static final OrderText KEYED = new OrderText("token", true);

    @Test
    void requestIsWholeAndCarriesItsKey() {
        String request = new String(KEYED.request(70_123_456_789L, 17), StandardCharsets.US_ASCII);
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);

        assertEquals("POST /v1/orders HTTP/1.1", request.lines().findFirst().orElseThrow());
        assertEquals(1, request.split("Idempotency-Key: bench-070123456789\r\n", -1).length - 1);
        assertEquals(1, request.split("Content-Length: " + body.length() + "\r\n", -1).length - 1);
        assertEquals("{\"device_id\":\"d-17\",\"data\":{\"note\":\"#070123456789#", body.substring(0, 50));
        assertEquals("\"}}", body.substring(body.length() - 3));
    }

    @Test
    void numbersAreFoundInTheirOrder() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        List<Long> numbers = List.of(0L, 41L, 7_919_000_000L, 999_999_999_999L);
        numbers.forEach(number -> page.writeBytes(KEYED.request(number, 3)));
        List<Long> found = new ArrayList<>();

        OrderText.find(page.toByteArray(), 0, page.size(), found::add);

        assertEquals(numbers, found);
    }
}
