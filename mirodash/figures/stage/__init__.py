"""What figures of the stage share."""
