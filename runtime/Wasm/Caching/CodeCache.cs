using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tapedeck.Wasm.Caching;

/// <summary>
/// What the engine keeps in an <see cref="ICodeStore"/>: translations, each behind a MAC over the key that it was written under and its bytes. An entry is code
/// that runs with the host's rights, so who can write to the store must not be able to make one; the MAC's key is not in the store.
/// </summary>
internal sealed class CodeCache(ICodeStore store, ReadOnlySpan<byte> macKey)
{
    internal const int LeastKeyBytes = 32;
    private const int MacBytes = HMACSHA256.HashSizeInBytes;

    // Also says what the MAC is about: no MAC that somebody makes by this key for another purpose, or another format, is good here.
    private static readonly byte[] Magic = [.. "tapedeck code 1\0"u8];

    private readonly byte[] _macKey = macKey.ToArray();

    /// <summary>
    /// Everything that a translation depends on: the module, this build of the engine, the runtime, the machine, the options. The limits are among them, since
    /// an entry also says that the module was found valid within them.
    /// </summary>
    internal static string KeyOf(ReadOnlySpan<byte> module, EngineOptions options)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(module, hash);
        return $"{Convert.ToHexStringLower(hash)}-{typeof(Engine).Assembly.ManifestModule.ModuleVersionId:N}-{Environment.Version}-" +
            $"{RuntimeInformation.ProcessArchitecture}-{options.SplitThreshold}-{options.InlineThreshold}-{Digest(options.ModuleLimits)}";
    }

    // A record's text names each of its members.
    private static string Digest(ModuleLimits limits)
    {
        const int Bytes = 8;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(limits.ToString())).AsSpan(0, Bytes));
    }

    /// <returns>False for a translation that is not there, or that nobody with the MAC's key wrote under this very key.</returns>
    internal bool TryRead(string key, out ReadOnlyMemory<byte> translation)
    {
        translation = default;
        if (store.Read(key) is not { } entry || entry.Length < Magic.Length + MacBytes || !entry.AsSpan().StartsWith(Magic))
        {
            return false;
        }
        // From here on these bytes are used, and the store is not asked again.
        var bytes = entry.AsMemory(Magic.Length + MacBytes);
        Span<byte> mac = stackalloc byte[MacBytes];
        ComputeMac(key, bytes.Span, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, entry.AsSpan(Magic.Length, MacBytes)))
        {
            return false;
        }
        translation = bytes;
        return true;
    }

    internal void Write(string key, ReadOnlySpan<byte> translation)
    {
        var entry = new byte[Magic.Length + MacBytes + translation.Length];
        Magic.CopyTo(entry, 0);
        translation.CopyTo(entry.AsSpan(Magic.Length + MacBytes));
        ComputeMac(key, translation, entry.AsSpan(Magic.Length, MacBytes));
        store.Write(key, entry);
    }

    private void ComputeMac(string key, ReadOnlySpan<byte> translation, Span<byte> mac)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _macKey);
        var name = Encoding.UTF8.GetBytes(key);
        hmac.AppendData(Magic);
        hmac.AppendData(BitConverter.GetBytes(name.Length));
        hmac.AppendData(name);
        hmac.AppendData(translation);
        hmac.GetHashAndReset(mac);
    }
}
