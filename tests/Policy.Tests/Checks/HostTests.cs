using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

/// <summary>The truth table of hosts: one policy, and every way to write a host.</summary>
public sealed class HostTests
{
    private static readonly Grants Grants = Policies.Grants("""
        network:
          allow:
          - {host: api.example.com}
          - {host: "*.wild.example"}
          - {host: bücher.example}
          - {host: ports.example, ports: [8443, "9000-9002"]}
          - {host: secure.example, schemes: [https]}
          - {host: plain.example, schemes: [http]}
          deny:
          - {host: bad.wild.example}
          - {host: "*.worse.wild.example"}
        """);

    [Theory]
    [InlineData("the exact name", "https://api.example.com/", "Granted")]
    [InlineData("the exact name by http", "http://api.example.com/", "Granted")]
    [InlineData("mixed case", "https://API.Example.COM/", "Granted")]
    [InlineData("a dot at the end", "https://api.example.com./", "Granted")]
    [InlineData("mixed case and a dot at the end", "https://Api.Example.com./", "Granted")]
    [InlineData("two dots at the end", "https://api.example.com../", "Malformed")]
    [InlineData("an empty label", "https://api..example.com/", "Malformed")]
    [InlineData("a dot at the start", "https://.api.example.com/", "Malformed")]
    [InlineData("a name below an exact name", "https://x.api.example.com/", "NoRule")]
    [InlineData("the parent of an exact name", "https://example.com/", "NoRule")]
    [InlineData("a name that ends like an exact name", "https://evilapi.example.com/", "NoRule")]
    [InlineData("a name that begins like an exact name", "https://api.example.com.evil.net/", "NoRule")]
    [InlineData("the exact name as user", "https://api.example.com@evil.net/", "Malformed")]
    [InlineData("the exact name as user with password", "https://api.example.com:443@evil.net/", "Malformed")]
    [InlineData("a name below a wildcard", "https://a.wild.example/", "Granted")]
    [InlineData("a deep name below a wildcard", "https://a.b.c.wild.example/", "Granted")]
    [InlineData("the apex of a wildcard", "https://wild.example/", "NoRule")]
    [InlineData("a name that ends like the apex of a wildcard", "https://evilwild.example/", "NoRule")]
    [InlineData("the apex of a wildcard with an empty label", "https://.wild.example/", "Malformed")]
    [InlineData("a star as a label", "https://*.wild.example/", "Malformed")]
    [InlineData("a denied name below an allowed wildcard", "https://bad.wild.example/", "DeniedByPolicy")]
    [InlineData("a denied name in mixed case", "https://BAD.wild.example/", "DeniedByPolicy")]
    [InlineData("a denied name with a dot at the end", "https://bad.wild.example./", "DeniedByPolicy")]
    [InlineData("a name below a denied name", "https://not.bad.wild.example/", "Granted")]
    [InlineData("a name below a denied wildcard", "https://x.worse.wild.example/", "DeniedByPolicy")]
    [InlineData("a deep name below a denied wildcard", "https://x.y.worse.wild.example/", "DeniedByPolicy")]
    [InlineData("the apex of a denied wildcard", "https://worse.wild.example/", "Granted")]
    [InlineData("an IDN in Unicode", "https://bücher.example/", "Granted")]
    [InlineData("an IDN in upper case", "https://BÜCHER.example/", "Granted")]
    [InlineData("an IDN as A-label", "https://xn--bcher-kva.example/", "Granted")]
    [InlineData("an IDN as A-label in upper case", "https://XN--BCHER-KVA.example/", "Granted")]
    [InlineData("an IDN with a combining mark", "https://bu\u0308cher.example/", "Malformed")]
    [InlineData("an A-label that decodes to nothing", "https://xn--.example/", "Malformed")]
    [InlineData("an A-label that encodes plain letters", "https://xn--api-.example.com/", "Malformed")]
    [InlineData("an A-label that is none", "https://xn--99999999999.example/", "Malformed")]
    [InlineData("an exact name with a Cyrillic letter", "https://\u0430pi.example.com/", "NoRule")]
    [InlineData("an exact name in full width", "https://\uff41pi.example.com/", "Malformed")]
    [InlineData("an ideographic full stop", "https://api\u3002example.com/", "Malformed")]
    [InlineData("a soft hyphen", "https://a\u00adpi.example.com/", "Malformed")]
    [InlineData("a zero-width joiner", "https://a\u200dpi.example.com/", "Malformed")]
    [InlineData("a Kelvin sign", "https://\u212a.wild.example/", "Malformed")]
    [InlineData("a long s", "https://\u017f.wild.example/", "Malformed")]
    [InlineData("a lone surrogate", "https://\ud800.wild.example/", "Malformed")]
    [InlineData("a percent-encoded name", "https://api%2eexample.com/", "Malformed")]
    [InlineData("a zero character", "https://api.example.com\0.evil.net/", "Malformed")]
    [InlineData("a line feed", "https://api.example.com\n/", "Malformed")]
    [InlineData("a backslash", "https://api.example.com\\@evil.net/", "Malformed")]
    [InlineData("a label that begins with a hyphen", "https://-a.wild.example/", "Malformed")]
    [InlineData("a label that ends with a hyphen", "https://a-.wild.example/", "Malformed")]
    [InlineData("a label of 63 characters", "https://aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.wild.example/", "Granted")]
    [InlineData("a label of 64 characters", "https://aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.wild.example/", "Malformed")]
    [InlineData("an underscore", "https://a_b.wild.example/", "Granted")]
    [InlineData("no host", "https:///", "Malformed")]
    [InlineData("the scheme's port, written", "https://api.example.com:443/", "Granted")]
    [InlineData("the port of the other scheme", "https://api.example.com:80/", "NoRule")]
    [InlineData("another port", "https://api.example.com:8443/", "NoRule")]
    [InlineData("a port that is named", "https://ports.example:8443/", "Granted")]
    [InlineData("the first port of a range", "https://ports.example:9000/", "Granted")]
    [InlineData("the last port of a range", "https://ports.example:9002/", "Granted")]
    [InlineData("the port behind a range", "https://ports.example:9003/", "NoRule")]
    [InlineData("the scheme's port where others are named", "https://ports.example/", "NoRule")]
    [InlineData("an empty port", "https://api.example.com:/", "Malformed")]
    [InlineData("port 0", "https://api.example.com:0/", "Malformed")]
    [InlineData("port 65536", "https://api.example.com:65536/", "Malformed")]
    [InlineData("a port with 2^32 added", "https://api.example.com:4294967739/", "Malformed")]
    [InlineData("a port with a sign", "https://api.example.com:+443/", "Malformed")]
    [InlineData("a port with leading zeros", "https://api.example.com:00443/", "Granted")]
    [InlineData("a port in Arabic digits", "https://api.example.com:٤٤٣/", "Malformed")]
    [InlineData("the one scheme of a rule", "https://secure.example/", "Granted")]
    [InlineData("the other scheme than that of a rule", "http://secure.example/", "NoRule")]
    [InlineData("the other scheme on the port of the one", "http://secure.example:443/", "NoRule")]
    [InlineData("plain http where it is named", "http://plain.example/", "Granted")]
    [InlineData("https where plain http is named", "https://plain.example/", "NoRule")]
    [InlineData("a scheme in upper case", "HTTPS://api.example.com/", "Granted")]
    [InlineData("another scheme", "ftp://api.example.com/", "Malformed")]
    [InlineData("the scheme of a file", "file:///etc/passwd", "Malformed")]
    public void Request_by_name(string name, string url, string reason) =>
        Assert.Equal(reason, Grants.Decide(Requests.Of("GET " + url)).Reason.ToString());
}
