using System.Security.Cryptography;
using System.Text;

namespace Tapedeck.Policy.Specs;

/// <summary>Where the value of a key comes from.</summary>
/// <param name="Object">The name of the Secret or ConfigMap; empty for a value.</param>
/// <param name="Text">The key in that object, or the value.</param>
public sealed record KeySource(KeySourceKind Kind, string Object, string Text)
{
    public static KeySource Value(string value) => new(KeySourceKind.Value, "", value);

    /// <summary>Never the value: a hash tells two values apart, and that is all that a log or a report may tell.</summary>
    public override string ToString() => Kind == KeySourceKind.Value
        ? "value:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)).AsSpan(0, 8))
        : $"{Kind}:{Object}/{Text}";
}
