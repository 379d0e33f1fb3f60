namespace Backsoon.Dispatch;

/// <summary>How long the texts of the directory may be, in forms and in files.</summary>
public static class DirectoryLimits
{
    public const int VendorName = 100;
    public const int VendorPhone = 40;
    public const int VendorNote = 500;
    public const int SubjectLabel = 120;
    public const int SubjectReference = 200;
    public const int CategoryName = 60;
}
