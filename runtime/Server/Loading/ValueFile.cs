using System.Text;

namespace Tapedeck.Server.Loading;

/// <summary>A file with one value, as Kubernetes mounts the key of a Secret.</summary>
internal static class ValueFile
{
    private const int MostBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text, or null and what is wrong, without a byte of it. Nothing is trimmed: a Secret's value is what it is.</summary>
    internal static string? Read(string path, string what, out string problem)
    {
        if (ReadBytes(path, what, out problem) is not { } bytes)
        {
            return null;
        }
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            problem = $"{what} is no text in UTF-8";
            return null;
        }
    }

    /// <summary>The bytes, or null and what is wrong.</summary>
    internal static byte[]? ReadBytes(string path, string what, out string problem) => ReadBytes(path, what, out _, out problem);

    /// <inheritdoc cref="ReadBytes(string, string, out string)"/>
    /// <param name="writtenAt">When the file was written last, in UTC.</param>
    internal static byte[]? ReadBytes(string path, string what, out DateTime writtenAt, out string problem)
    {
        writtenAt = default;
        try
        {
            using var file = File.OpenRead(path);
            // Of what was opened: by its path it would be that of a link to it.
            writtenAt = File.GetLastWriteTimeUtc(file.SafeFileHandle);
            problem = file.Length > MostBytes ? $"{what} has more than {MostBytes} bytes" : "";
            if (problem.Length > 0)
            {
                return null;
            }
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{what} cannot be read from {path}: {StartException.Reason(exception)}";
            return null;
        }
    }
}
