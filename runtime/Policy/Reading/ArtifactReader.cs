using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads <c>artifact</c>.</summary>
internal static class ArtifactReader
{
    private const int HexDigitsOfSha256 = 64;
    private const int MostCharactersOfIdentity = 1024;

    internal static ArtifactSelector Read(FieldReader fields)
    {
        RepositoryPrefix? repository = fields.TryTake<RepositoryPrefix>("repository", RepositoryPrefix.TryParse, out var prefix) ? prefix : null;
        var signer = fields.TakeMapping("signer") is { } node ? ReadSigner(node) : null;
        if (fields.Take("repository") is null && fields.Take("signer") is null)
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected repository, signer, or both");
        }
        fields.Done();
        return new ArtifactSelector(repository, signer);
    }

    internal static Signer ReadSigner(FieldReader fields)
    {
        var key = fields.TryTake<string>("keySha256", TryParseHash, out var hash) ? hash : null;
        var issuer = TakeIdentity(fields, "issuer");
        var identity = TakeIdentity(fields, "identity");
        var isKeyless = issuer is not null && identity is not null;
        if ((key is null) != isKeyless || (issuer is null) != (identity is null))
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected either keySha256, or issuer and identity");
        }
        fields.Done();
        return new Signer(key ?? "", issuer ?? "", identity ?? "");
    }

    private static string? TakeIdentity(FieldReader fields, string name)
    {
        var text = fields.TakeText(name);
        if (text is { Length: 0 or > MostCharactersOfIdentity })
        {
            fields.Problems.Add(fields.Take(name)!, fields.PathOf(name), $"expected 1 to {MostCharactersOfIdentity} characters, but found {text.Length}");
        }
        return text;
    }

    private static bool TryParseHash(string text, out string value, out string expected)
    {
        value = text;
        expected = "the SHA-256 of the public key in DER: 64 lower-case hex digits";
        return text.Length == HexDigitsOfSha256 && text.All(character => char.IsAsciiHexDigitLower(character));
    }
}
