using Xunit;

namespace Tapedeck.Plugin.Tests;

public sealed class DenialTests
{
    private const string Line = """
        2026-11-21T14:00:01.123456789Z {"EventId":2,"LogLevel":"Warning","Category":"Tapedeck.Audit","Message":"Denied: ...","State":{"Message":"...","Verdict":"Denied","Tool":"team/weather","Capability":"http","Request":"GET https://acme.example/","Why":"no rule allows it","Generation":5,"{OriginalFormat}":"..."}}
        """;

    [Fact]
    public void A_decision_in_a_log_is_read() =>
        Assert.Equal(new Denial("2026-11-21T14:00:01Z", "Denied", "http", "GET https://acme.example/", "no rule allows it", "5"), Denial.Read(Line));

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21T14:00:01Z")]
    [InlineData("2026-11-21T14:00:01.123456789Z not JSON, but Tapedeck.Audit is in it")]
    [InlineData("2026-11-21T14:00:01.123456789Z [\"Tapedeck.Audit\"]")]
    [InlineData("2026-11-21T14:00:01.123456789Z {\"Category\":\"Tapedeck.Audit\",\"State\":{\"Outcome\":\"ok\"}}")]
    [InlineData("2026-11-21T14:00:01.123456789Z {\"Category\":\"Tapedeck.Audit\",\"State\":{\"Verdict\":\"Allowed\"}}")]
    [InlineData("2026-11-21T14:00:01.123456789Z {\"Category\":\"Tapedeck.Server\",\"State\":{\"Verdict\":\"Denied by Tapedeck.Audit\"}}")]
    public void Other_lines_are_not(string line) => Assert.Null(Denial.Read(line));
}
