import numpy as np

from umeta.figures.task_sheet import GAP, WIDE, stacked, task_sheet


def test_a_task_is_a_row_for_each_class_with_its_support_on_the_left():
    images = np.zeros((6, 3, 60, 60), np.uint8)
    images[:, 0] = np.arange(6)[:, None, None]
    sheet = task_sheet(images, np.array([[0], [1]]), np.array([[2, 3], [4, 5]]))
    step = 60 + GAP
    assert sheet.shape == (2 * step, 3 * step + WIDE, 3)
    assert sheet[0, 0].tolist() == [0, 0, 0]
    assert sheet[step, 0, 0] == 1
    assert sheet[0, step + WIDE, 0] == 2
    assert sheet[step, step + WIDE + step, 0] == 5
    assert stacked([sheet, sheet]).shape == (2 * (2 * step + WIDE), 3 * step + WIDE, 3)


def test_small_images_are_shown_larger():
    sheet = task_sheet(np.zeros((2, 1, 28, 28), np.uint8), np.array([[0]]), np.array([[1]]))
    assert sheet.shape == (56 + GAP, 2 * (56 + GAP) + WIDE, 3)
    assert sheet[0, 0].tolist() == [255, 255, 255]  # ink is dark on white paper
