package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {
    private static TargetUrl url(String text) {
        return TargetUrl.of(text, false, AddressRules.PUBLIC);
    }

    private static String refusal(String text) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> url(text), text)
                .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "https://partner.example, partner.example, 443",
        "https://Partner.Example:8443/hook?a=b%20c, partner.example, 8443",
        "HTTPS://xn--bcher-kva.example/, xn--bcher-kva.example, 443",
        "https://8.8.8.8/, 8.8.8.8, 443",
        "https://[2606:4700:4700::1111]:65535/, 2606:4700:4700::1111, 65535",
        "https://localhost/, localhost, 443",
        "https://1.2.3.4.example/, 1.2.3.4.example, 443",
        "https://a/#, '', 0"
    })
    void urlHasAHostAndAPort(String text, String host, int port) {
        if (host.isEmpty()) {
            assertTrue(refusal(text).contains("fragment"));
            return;
        }
        assertEquals(host, url(text).host());
        assertEquals(port, url(text).port());
        assertEquals(text, url(text).uri().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://partner.example/ | https",
                "ftp://partner.example/ | https",
                "file:///etc/passwd | https",
                "//partner.example/ | https",
                "partner.example | https",
                "'' | https",
                "https:///hook | host",
                "https:hook | host",
                "https://user@partner.example/ | user name",
                "https://user:pass@partner.example/ | user name",
                "https://@partner.example/ | user name",
                "https://partner.example/#part | fragment",
                "https://partner.example:0/ | port",
                "https://partner.example:/ | port",
                "https://partner.example:65536/ | port",
                "https://partner.example:99999999999/ | port",
                "https://partner.example:x/ | port",
                "https://bücher.example/ | punycode",
                "https://partner.example/a b | ASCII",
                "https://partner.example./ | full stop",
                "https://part_ner.example/ | malformed",
                "https://10.0.0.1/ | is private",
                "https://127.0.0.1:8080/ | loopback",
                "https://169.254.169.254/latest/ | link-local",
                "https://[::1]/ | loopback",
                "https://[::ffff:127.0.0.1]/ | loopback",
                "https://[fd00:ec2::254]/ | unique-local",
                "https://[fe80::1%25eth0]/ | malformed",
                "https://[::1/ | malformed",
                "https://a\\@b/ | malformed",
                "https://a%2eb/ | malformed"
            })
    void urlIsRefusedWithTheReason(String text, String reason) {
        assertTrue(refusal(text).contains(reason), refusal(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "127.1",
                "127.0.1",
                "0x7f.1",
                "0x7f000001",
                "0177.0.0.1",
                "127.0.0.01",
                "1.2.3.256",
                "1.2.3.4.5",
                "1.2.3.0x4",
                "a.1",
                "1.2.3.4x.5"
            })
    void addressInAnOddFormIsRefused(String host) {
        refusal("https://" + host + "/");
    }

    @Test
    void longestUrlHasTwoThousandFortyEightCharacters() {
        String start = "https://partner.example/";
        assertEquals(
                2_048,
                url(start + "x".repeat(2_048 - start.length())).uri().toString().length());
        assertTrue(refusal(start + "x".repeat(2_049 - start.length())).contains("2048"));
    }

    @Test
    void httpAndNetworksCanBeAllowed() {
        AddressRules rules = new AddressRules(List.of(Network.of("10.0.0.0/8")));

        assertEquals(80, TargetUrl.of("http://10.0.0.1/", true, rules).port());
        assertThrows(IllegalArgumentException.class, () -> TargetUrl.of("http://127.0.0.1/", true, rules));
    }
}
