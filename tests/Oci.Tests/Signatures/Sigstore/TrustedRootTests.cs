using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Sigstore;

public sealed class TrustedRootTests
{
    private static readonly SigstoreService Sigstore = new();

    [Fact]
    public void A_root_of_a_later_version_with_more_in_it_is_read()
    {
        var json = Sigstore.RootJson();
        json["mediaType"] = "application/vnd.dev.sigstore.trustedroot.v0.2+json";
        json["tlogs"]![0]!["operator"] = "somebody";
        json["news"] = true;
        Assert.NotNull(Read(json, out _));
    }

    [Fact]
    public void A_log_with_a_key_of_an_unknown_kind_is_kept_and_proves_nothing()
    {
        var json = Sigstore.RootJson();
        json["tlogs"]![0]!["publicKey"]!["rawBytes"] = Convert.ToBase64String(Convert.FromHexString("300a300506032b6571030100"));
        var root = Read(json, out _)!;
        Assert.False(Assert.Single(root.Logs).Key.Is(out _, out var refusal));
        Assert.Contains("1.3.101.113", refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://log.example", "log.example")]
    [InlineData("https://log.example/", "log.example")]
    [InlineData("https://log.example:8443/2026/", "log.example:8443/2026")]
    [InlineData("log.example", "log.example")]
    [InlineData("log.example:3000", "log.example:3000")]
    [InlineData("log.example:3000/2026/", "log.example:3000/2026")]
    [InlineData("localhost:3000", "localhost:3000")]
    [InlineData("a log of ours", "a log of ours")]
    public void A_log_is_called_by_its_address(string address, string name)
    {
        var json = Sigstore.RootJson();
        json["tlogs"]![0]!["baseUrl"] = address;
        Assert.Equal(name, Read(json, out _)!.Logs[0].Name);
    }

    [Theory]
    [InlineData("mediaType", "\"application/vnd.dev.sigstore.trustedroot.v0.9+json\"", "not a version")]
    [InlineData("tlogs", "{}", "not an array")]
    [InlineData("tlogs", "[{}]", "baseUrl")]
    [InlineData("certificateAuthorities", "[{\"certChain\":{\"certificates\":[]}}]", "no certificate")]
    [InlineData("certificateAuthorities", "[{\"certChain\":{\"certificates\":[{\"rawBytes\":\"AAAA\"}]}}]", "the trusted root")]
    public void A_root_that_is_broken_is_refused_with_the_place(string property, string value, string problem)
    {
        var json = Sigstore.RootJson();
        json[property] = JsonNode.Parse(value);
        Assert.Null(Read(json, out var why));
        Assert.Contains(problem, why, StringComparison.Ordinal);
    }

    /// <summary>A start that is missing is no start in the dawn of time: only the end of a span is optional.</summary>
    [Theory]
    [InlineData("tlogs", "publicKey")]
    [InlineData("ctlogs", "publicKey")]
    [InlineData("certificateAuthorities", null)]
    [InlineData("timestampAuthorities", null)]
    public void A_root_with_a_span_that_has_no_start_is_refused_with_the_place(string list, string? within)
    {
        var json = Sigstore.RootJson();
        var entry = json[list]![0]!;
        (within is null ? entry : entry[within]!)["validFor"]!.AsObject().Remove("start");
        Assert.Null(Read(json, out var why));
        Assert.Equal($"the trusted root: $.{list}[0].{(within is null ? "" : $"{within}.")}validFor has no 'start'", why);
    }

    [Theory]
    [InlineData("tlogs")]
    [InlineData("ctlogs")]
    public void A_root_with_a_log_that_has_no_span_is_refused_with_the_place(string list)
    {
        var json = Sigstore.RootJson();
        json[list]![0]!["publicKey"]!.AsObject().Remove("validFor");
        Assert.Null(Read(json, out var why));
        Assert.Equal($"the trusted root: $.{list}[0].publicKey has no 'validFor'", why);
    }

    [Fact]
    public void A_root_that_is_no_JSON_is_refused()
    {
        Assert.Null(TrustedRoot.Read(Encoding.UTF8.GetBytes("no"), SigstoreService.Now, out var problem));
        Assert.StartsWith("the trusted root: ", problem, StringComparison.Ordinal);
    }

    private static TrustedRoot? Read(JsonObject json, out string problem) => TrustedRoot.Read(Documents.Utf8(json), SigstoreService.Now, out problem);
}
