using System.Text;

namespace Tapedeck.Server.Loading;

/// <summary>A file with one value, as Kubernetes mounts the key of a Secret.</summary>
internal static class ValueFile
{
    private const int MostBytes = 1 << 20;

    /// <summary>The text, or null and what is wrong, without a byte of it. Nothing is trimmed: a Secret's value is what it is.</summary>
    internal static string? Read(string path, string what, out string problem)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MostBytes)
            {
                problem = $"{what} has more than {MostBytes} bytes";
                return null;
            }
            using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
            problem = "";
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{what} cannot be read from {path}: {exception.GetType().Name}";
        }
        catch (DecoderFallbackException)
        {
            problem = $"{what} is no text in UTF-8";
        }
        return null;
    }
}
