using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// The attributes of a name, each at most once, by their short names: <see href="https://www.rfc-editor.org/rfc/rfc4514"/>. A name with an attribute
/// twice or with several attributes in one part is none: a match on it could be read in two ways.
/// </summary>
internal static class DistinguishedName
{
    private const int MostAttributes = 32;

    private static readonly Dictionary<string, string> ShortNames = new()
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.5"] = "SERIALNUMBER",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.17"] = "POSTALCODE",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["1.2.840.113549.1.9.1"] = "EMAILADDRESS",
    };

    internal static ImmutableSortedDictionary<string, string>? Of(X500DistinguishedName name)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var part in name.EnumerateRelativeDistinguishedNames(reversed: false))
            {
                if (part.HasMultipleElements || attributes.Count == MostAttributes)
                {
                    return null;
                }
                var type = part.GetSingleElementType().Value!;
                if (part.GetSingleElementValue() is not { } value || !attributes.TryAdd(ShortNames.GetValueOrDefault(type, type), value))
                {
                    return null;
                }
            }
        }
        catch (CryptographicException)
        {
            // A name of a certificate that is no name.
            return null;
        }
        return attributes.ToImmutable();
    }

    internal static ImmutableSortedDictionary<string, string>? Parse(string text)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var part in Split(text))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var type = equals < 0 ? "" : part[..equals].Trim().ToUpperInvariant();
            if (type.Length == 0 || attributes.Count == MostAttributes)
            {
                return null;
            }
            type = type == "S" ? "ST" : ShortNames.GetValueOrDefault(type, type);
            if (Unescape(part[(equals + 1)..].Trim()) is not { Length: > 0 } value || !attributes.TryAdd(type, value))
            {
                return null;
            }
        }
        return attributes.ToImmutable();
    }

    /// <summary>From the country down to the name, the others behind.</summary>
    internal static string Show(IReadOnlyDictionary<string, string> attributes)
    {
        string[] order = ["C", "ST", "L", "O", "OU", "CN"];
        return string.Join(", ", attributes
            .OrderBy(each => Array.IndexOf(order, each.Key) is var index && index < 0 ? order.Length : index)
            .Select(each => $"{each.Key}={each.Value}"));
    }

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\')
            {
                index++;
            }
            else if (text[index] is ',')
            {
                parts.Add(text[start..index]);
                start = index + 1;
            }
        }
        parts.Add(text[start..]);
        return parts;
    }

    /// <summary>A backslash before a special character; other escapes and unescaped special characters are refused.</summary>
    private static string? Unescape(string text)
    {
        const string Special = ",+\"\\<>;=#";
        var value = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            var isEscaped = text[index] == '\\';
            index += isEscaped ? 1 : 0;
            if (index == text.Length || (isEscaped != Special.Contains(text[index], StringComparison.Ordinal) && text[index] is not ('=' or '#' or ' ')))
            {
                return null;
            }
            value.Append(text[index]);
        }
        return value.ToString();
    }
}
