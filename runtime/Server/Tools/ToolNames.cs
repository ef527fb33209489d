using System.Security.Cryptography;
using System.Text;

namespace Tapedeck.Server.Tools;

/// <summary>The names of tools: of letters, digits, '_' and '-', at most 64 characters, which every client takes.</summary>
internal static class ToolNames
{
    internal const int MostCharacters = 64;

    private const int CharactersOfHash = 8;

    /// <summary>The name of a function, before anybody renames it.</summary>
    /// <param name="interface">As <c>acme:weather/forecasts@1.2.0</c>; empty where the component exports the function itself.</param>
    internal static string Of(string @interface, string function)
    {
        var label = @interface[(@interface.LastIndexOf('/') + 1)..];
        var version = label.IndexOf('@', StringComparison.Ordinal);
        label = version < 0 ? label : label[..version];
        return Fit(label.Length == 0 ? function : $"{label}_{function}", @interface + "#" + function);
    }

    /// <summary>The name, or its beginning and a hash where it is too long.</summary>
    /// <param name="whole">What is hashed: the same for the same function, different for another.</param>
    internal static string Fit(string name, string whole)
    {
        if (name.Length <= MostCharacters)
        {
            return name;
        }
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..CharactersOfHash];
        return $"{name[..(MostCharacters - CharactersOfHash - 1)]}-{hash}";
    }
}
