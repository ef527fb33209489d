using System.Buffers;
using System.Globalization;
using Tapedeck.Oci;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Manifest.Reading;

/// <summary>What is written as a text in a WasmTool.</summary>
internal static class Texts
{
    private const int HexDigitsOfSha256 = 64;
    private const int MostCharactersOfRange = 128;
    private const int MostCharactersOfPath = 1024;
    private const int MostCharactersOfPem = 16 * 1024;
    private const int MostCharactersOfTool = 64;
    private const int MostCharactersOfExport = 256;
    private const int MostCharactersOfIdentity = 1024;
    private const int MostCharactersOfHost = 253;

    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    internal static bool Repository(string text, out string value, out string expected)
    {
        value = text;
        expected = "a registry with a path such as ghcr.io/acme/weather, in lower case, without scheme, tag and digest";
        return text.Contains('/', StringComparison.Ordinal) && RepositoryPrefix.TryParse(text, out _, out _);
    }

    /// <summary><see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"/></summary>
    internal static bool Tag(string text, out string value, out string expected)
    {
        value = text;
        expected = "a tag: a letter, digit or '_', then at most 127 letters, digits, '_', '.' and '-'";
        return Reference.IsTag(text);
    }

    internal static bool Range(string text, out string value, out string expected)
    {
        value = text;
        expected = "a range of versions, such as >=1.2.0 <2.0.0, ~1.2 or 1.x";
        return text.Length is > 0 and <= MostCharactersOfRange
            && text.All(character => char.IsAsciiLetterOrDigit(character) || "<>=~^.*-+|, ".Contains(character, StringComparison.Ordinal));
    }

    internal static bool Digest(string text, out string value, out string expected)
    {
        expected = "sha256: and 64 lower-case hex digits";
        value = text;
        return text.StartsWith("sha256:", StringComparison.Ordinal) && Sha256(text["sha256:".Length..], out _, out _);
    }

    internal static bool Sha256(string text, out string value, out string expected)
    {
        value = text;
        expected = "a SHA-256: 64 lower-case hex digits";
        return text.Length == HexDigitsOfSha256 && text.All(char.IsAsciiHexDigitLower);
    }

    internal static bool Path(string text, out string value, out string expected)
    {
        value = text;
        expected = "the path of a file";
        return text.Length is > 0 and <= MostCharactersOfPath && !text.Contains('\0', StringComparison.Ordinal);
    }

    internal static bool HttpsUrl(string text, out Uri value, out string expected)
    {
        expected = "a URL that begins with https:// and has no user name in it";
        return Uri.TryCreate(text, UriKind.Absolute, out value!) && value.Scheme == Uri.UriSchemeHttps && value.UserInfo.Length == 0
            && text.Length <= MostCharactersOfPath;
    }

    internal static bool Pem(string text, out string value, out string expected)
    {
        value = text;
        expected = "PEM that begins with -----BEGIN and is no private key";
        return text.Length <= MostCharactersOfPem && text.AsSpan().Trim().StartsWith("-----BEGIN ", StringComparison.Ordinal)
            && !text.Contains("PRIVATE KEY", StringComparison.Ordinal);
    }

    /// <summary>The name of a tool of MCP.</summary>
    internal static bool Tool(string text, out string value, out string expected)
    {
        value = text;
        expected = "the name of a tool: at most 64 letters, digits, '_' and '-'";
        return text.Length is > 0 and <= MostCharactersOfTool && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');
    }

    /// <summary>A function, by the name of its tool or by its export, as <c>acme:weather/forecasts@1.2.0#today</c>.</summary>
    internal static bool Function(string text, out string value, out string expected)
    {
        var isTool = Tool(text, out value, out expected);
        expected += ", or the interface of a function and its name with '#' between them";
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        return isTool || (hash > 0 && text.Length <= MostCharactersOfExport
            && text[..hash].All(character => char.IsAsciiLetterOrDigit(character) || ":/@.+-_".Contains(character, StringComparison.Ordinal)) && Tool(text[(hash + 1)..], out _, out _));
    }

    internal static bool Identity(string text, out string value, out string expected)
    {
        value = text;
        expected = "a text of at most 1024 characters that is not empty";
        return text.Length is > 0 and <= MostCharactersOfIdentity && !text.Any(char.IsControl);
    }

    internal static bool Hostname(string text, out string value, out string expected)
    {
        value = text;
        expected = "a host name in lower case, with a port or without";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? text : text[..colon];
        return host.Length is > 0 and <= MostCharactersOfHost && ObjectNames.TryParseName(host, out _, out _)
            && (colon < 0 || Port(text[(colon + 1)..], out _, out _));
    }

    internal static bool Port(string text, out int value, out string expected)
    {
        expected = "a port, from 1 to 65535";
        return int.TryParse(text, NumberStyles.None, null, out value) && value is > 0 and <= ushort.MaxValue;
    }

    internal static bool Replicas(string text, out int value, out string expected)
    {
        expected = "a number of pods, from 0 to 1000";
        return int.TryParse(text, NumberStyles.None, null, out value) && value <= 1_000;
    }

    /// <summary><see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"/></summary>
    internal static bool ResourceQuantity(string text, out string value, out string expected)
    {
        value = text;
        expected = "a quantity such as 100m, 2 or 256Mi";
        var digits = text.AsSpan().IndexOfAnyExcept(Number);
        var number = digits < 0 ? text.AsSpan() : text.AsSpan(0, digits);
        var suffix = digits < 0 ? "" : text[digits..];
        return text.Length is > 0 and <= 32 && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, null, out _)
            && suffix is "" or "m" or "k" or "M" or "G" or "T" or "Ki" or "Mi" or "Gi" or "Ti";
    }
}
